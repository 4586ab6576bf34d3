"""The acoustic model as ONNX nodes: features to log-probabilities, for one utterance without padding.

ONNX stacks the gates of a cell in another order than torch: LSTM input, output, forget, cell against torch's input,
forget, cell, output; GRU update, reset, candidate against reset, update, candidate. torch's GRU applies the reset gate
after the recurrent product, which ONNX calls `linear_before_reset`.
"""

from typing import Final

import numpy as np
from torch import nn

from speechrnn.bundle.export_features import array
from speechrnn.bundle.graph import Graph
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.model.subsample import StackFrames, StridedConvolution

# For each place in ONNX's stack of gates, the place of that gate in torch's.
_GATES: Final[dict[str, tuple[int, ...]]] = {"RNN": (0,), "LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2)}


def add_network(graph: Graph, model: AcousticModel, features: str, log_probs: str) -> None:
    """Add the nodes from features `(1, time, num_features)` to `log_probs` `(1, time', vocab)`."""
    subsample = model.subsample
    add = _add_stacking if isinstance(subsample, StackFrames) else _add_convolutions
    frames = add(graph, subsample, features)  # type: ignore[arg-type]  # the line above pairs them
    for number, layer in enumerate(model.encoder.layers, start=1):
        frames = _add_layer(graph, layer, frames, f"layer{number}")  # type: ignore[arg-type]  # ModuleList forgets types
    weights = graph.floats("head/weights", array(model.head.weight).T)
    bias = graph.floats("head/bias", array(model.head.bias))
    logits = graph.node("Add", [graph.node("MatMul", [frames, weights], "head/product"), bias], "head/logits")
    graph.node("LogSoftmax", [logits], log_probs, axis=-1)


def _add_stacking(graph: Graph, stack: StackFrames, features: str) -> str:
    """Pad with `factor - 1` zero frames, cut back to the largest multiple of `factor`, join side by side."""
    factor = graph.integers("stack/factor", [stack.factor])
    pads = graph.integers("stack/pads", [0, 0, 0, 0, stack.factor - 1, 0])
    padded = graph.node("Pad", [features, pads], "stack/padded", mode="constant")
    time = graph.node("Shape", [padded], "stack/time", start=1, end=2)
    groups = graph.node("Div", [time, factor], "stack/groups")
    end = graph.node("Mul", [groups, factor], "stack/end")
    start, axis = graph.integers("stack/start", [0]), graph.integers("axis_1", [1])
    whole = graph.node("Slice", [padded, start, end, axis], "stack/whole")
    return graph.node("Reshape", [whole, graph.integers("stack/shape", [1, -1, stack.output_size])], "stack/frames")


def _add_convolutions(graph: Graph, subsample: StridedConvolution, features: str) -> str:
    frames = graph.node("Transpose", [features], "conv/input", perm=[0, 2, 1])
    for number, conv in enumerate(subsample.convs, start=1):
        name = f"conv{number}"
        assert isinstance(conv, nn.Conv1d)  # our own model made it so
        assert conv.bias is not None
        weights = graph.floats(f"{name}/weights", array(conv.weight))
        bias = graph.floats(f"{name}/bias", array(conv.bias))
        pads = [int(conv.padding[0])] * 2
        product = graph.node("Conv", [frames, weights, bias], f"{name}/product", strides=list(conv.stride), pads=pads)
        frames = graph.node("Relu", [product], f"{name}/frames")
    return graph.node("Transpose", [frames], "conv/output", perm=[0, 2, 1])


def _add_layer(graph: Graph, layer: RecurrentLayer, frames: str, name: str) -> str:
    cells = [layer.forward_cell] if layer.backward_cell is None else [layer.forward_cell, layer.backward_cell]
    operator = cells[0].mode.removesuffix("_TANH")
    weights = graph.floats(f"{name}/input_weights", np.stack([_gates(c, operator, "weight_ih_l0") for c in cells]))
    recurrent = graph.floats(
        f"{name}/recurrent_weights", np.stack([_gates(c, operator, "weight_hh_l0") for c in cells])
    )
    bias = graph.floats(f"{name}/bias", np.stack([_biases(cell, operator) for cell in cells]))
    first = graph.node("Transpose", [frames], f"{name}/time_first", perm=[1, 0, 2])
    attributes: dict[str, object] = {"linear_before_reset": 1} if operator == "GRU" else {}
    states = graph.node(
        operator,
        [first, weights, recurrent, bias],
        f"{name}/states",
        hidden_size=cells[0].hidden_size,
        direction="forward" if len(cells) == 1 else "bidirectional",
        **attributes,
    )
    # (time, directions, batch, size) to (batch, time, directions * size)
    batch_first = graph.node("Transpose", [states], f"{name}/batch_first", perm=[2, 0, 1, 3])
    shape = graph.integers(f"{name}/shape", [1, -1, layer.output_size])
    joined = graph.node("Reshape", [batch_first, shape], f"{name}/joined")
    return _add_norm(graph, layer.norm, joined, name)


def _add_norm(graph: Graph, norm: nn.Module, frames: str, name: str) -> str:
    if not isinstance(norm, nn.LayerNorm):
        return frames
    scale = graph.floats(f"{name}/norm_scale", array(norm.weight))
    bias = graph.floats(f"{name}/norm_bias", array(norm.bias))
    return graph.node("LayerNormalization", [frames, scale, bias], f"{name}/output", axis=-1, epsilon=norm.eps)


def _gates(cell: nn.RNNBase, operator: str, parameter: str) -> np.ndarray:
    """Take a parameter out of torch with its blocks of `hidden_size` rows in ONNX's order of gates."""
    blocks = np.split(array(getattr(cell, parameter)), len(_GATES[operator]))
    return np.concatenate([blocks[gate] for gate in _GATES[operator]])


def _biases(cell: nn.RNNBase, operator: str) -> np.ndarray:
    return np.concatenate([_gates(cell, operator, "bias_ih_l0"), _gates(cell, operator, "bias_hh_l0")])
