"""Self-attention as ONNX nodes, for one utterance without padding.

Frames look in blocks, one block after the other, so that only the weights of one block's frames by all frames are held
at a time: memory grows with the length of the utterance and not with its square.
"""

from typing import Final

import numpy as np
from onnx import TensorProto

from speechrnn.bundle.export_layers import add_linear, add_norm
from speechrnn.bundle.graph import Graph, Slot
from speechrnn.model.attention import SelfAttention

BLOCK_FRAMES: Final = 128
_NAME: Final = "attention"


def add_attention(graph: Graph, attention: SelfAttention, frames: str) -> str:
    """Add the nodes from `frames (1, time, size)` to their sum with what attention gives, of the same shape."""
    queries, keys, values = _projections(graph, attention, frames)
    time = graph.node("Shape", [keys], f"{_NAME}/time", start=1, end=2)
    body = _block(attention, graph.node("Transpose", [keys], f"{_NAME}/keys_turned", perm=[0, 2, 1]), values, time)
    blocks, starts = _blocks(graph, attention, queries, time)
    heads, width = attention.heads, _width(attention)
    scanned = [(blocks, Slot("block/queries", [heads, BLOCK_FRAMES, width]))]
    if attention.causal:
        scanned.append((starts, Slot("block/start", [], TensorProto.INT64)))
    given = [(Slot("block/attended", [heads, BLOCK_FRAMES, width]), f"{_NAME}/attended")]
    (attended,) = graph.each_slice(body, scanned, given)
    joined = _joined(graph, attention, attended, time)
    change = add_linear(graph, attention.output, joined, f"{_NAME}/output", f"{_NAME}/change")
    return graph.node("Add", [frames, change], f"{_NAME}/frames")


def _width(attention: SelfAttention) -> int:
    return attention.output.in_features // attention.heads


def _projections(graph: Graph, attention: SelfAttention, frames: str) -> tuple[str, str, str]:
    """Give queries, divided by the root of their width, keys and values, each `(heads, time, width)`."""
    width = _width(attention)
    normal = add_norm(graph, attention.norm, frames, _NAME, f"{_NAME}/normal")
    projected = add_linear(graph, attention.project, normal, f"{_NAME}/project", f"{_NAME}/projected")
    shape = graph.integers(f"{_NAME}/shape", [-1, 3 * attention.heads, width])
    apart = graph.node("Reshape", [projected, shape], f"{_NAME}/apart")
    heads_first = graph.node("Transpose", [apart], f"{_NAME}/heads_first", perm=[1, 0, 2])
    names = [f"{_NAME}/{name}" for name in ("queries", "keys", "values")]
    queries, keys, values = graph.split(heads_first, names, axis=0)
    scale = graph.floats(f"{_NAME}/scale", width**-0.5)
    return graph.node("Mul", [queries, scale], f"{_NAME}/queries_scaled"), keys, values


def _blocks(graph: Graph, attention: SelfAttention, queries: str, time: str) -> tuple[str, str]:
    """Cut `(heads, time, width)` into `(blocks, heads, block, width)`, and give each block's first frame."""
    block = graph.integers(f"{_NAME}/block", [BLOCK_FRAMES])
    short = graph.node("Mod", [graph.node("Neg", [time], f"{_NAME}/time_negative"), block], f"{_NAME}/short")
    zeros = [graph.integers(f"{_NAME}/zeros{count}", [0] * count) for count in (4, 1)]
    pads = graph.node("Concat", [zeros[0], short, zeros[1]], f"{_NAME}/pads", axis=0)
    whole = graph.node("Pad", [queries, pads], f"{_NAME}/queries_whole", mode="constant")
    shape = graph.integers(f"{_NAME}/shape_blocks", [attention.heads, -1, BLOCK_FRAMES, _width(attention)])
    apart = graph.node("Reshape", [whole, shape], f"{_NAME}/queries_apart")
    ends = [graph.integers(f"{_NAME}/{name}", value) for name, value in (("first", 0), ("step", BLOCK_FRAMES))]
    end = graph.node("Squeeze", [time], f"{_NAME}/end")
    starts = graph.node("Range", [ends[0], end, ends[1]], f"{_NAME}/starts")
    return graph.node("Transpose", [apart], f"{_NAME}/blocks", perm=[1, 0, 2, 3]), starts


def _block(attention: SelfAttention, keys: str, values: str, time: str) -> Graph:
    """What happens to one block: `(heads, block, width)` queries, against every key and value of the outer graph."""
    body = Graph("attention of one block")
    scores = body.node("MatMul", ["block/queries", keys], "block/scores")
    if attention.causal:
        scores = _without_later_frames(body, scores, time)
    weights = body.node("Softmax", [scores], "block/weights", axis=-1)
    body.node("MatMul", [weights, values], "block/attended")
    return body


def _without_later_frames(body: Graph, scores: str, time: str) -> str:
    """Set the score of every frame later than the one that looks to minus infinity."""
    rows = body.integers("block/rows", np.arange(BLOCK_FRAMES)[:, None])
    looking = body.node("Add", [rows, "block/start"], "block/looking")
    limits = [body.integers("block/first", 0), body.node("Squeeze", [time], "block/end"), body.integers("block/one", 1)]
    seen = body.node("Range", limits, "block/seen")
    later = body.node("Greater", [seen, looking], "block/later")
    never = body.constant("block/never", np.array(-np.inf, dtype=np.float32))
    return body.node("Where", [later, never, scores], "block/scores_of_earlier")


def _joined(graph: Graph, attention: SelfAttention, attended: str, time: str) -> str:
    """Put `(blocks, heads, block, width)` together again: `(1, time, size)`."""
    block_first = graph.node("Transpose", [attended], f"{_NAME}/frames_first", perm=[0, 2, 1, 3])
    shape = graph.integers(f"{_NAME}/shape_joined", [1, -1, attention.output.in_features])
    joined = graph.node("Reshape", [block_first, shape], f"{_NAME}/joined")
    start, axis = graph.integers(f"{_NAME}/start", [0]), graph.integers("axis_1", [1])
    return graph.node("Slice", [joined, start, time, axis], f"{_NAME}/joined_whole")
