"""The acoustic model as ONNX nodes: features to log-probabilities, for one utterance without padding."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from torch import nn

from speechrnn.bundle.export_attention import add_attention
from speechrnn.bundle.export_features import array
from speechrnn.bundle.export_layers import add_linear
from speechrnn.bundle.export_recurrent import add_recurrent_layer
from speechrnn.bundle.graph import Graph
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.encoder import Encoder
from speechrnn.model.lookahead import LookAhead
from speechrnn.model.subsample import Activation, StackFrames, StridedConvolution

_ONNX_ACTIVATIONS: Final[Mapping[Activation, str]] = MappingProxyType({"relu": "Relu", "tanh": "Tanh"})


def add_network(graph: Graph, model: AcousticModel, features: str, log_probs: str) -> None:
    """Add the nodes from features `(1, time, num_features)` to `log_probs` `(1, time', vocab)`."""
    frames = add_recurrent_layers(graph, model.encoder, add_subsampling(graph, model.subsample, features))
    if model.encoder.lookahead is not None:
        frames = _add_lookahead(graph, model.encoder.lookahead, frames)
    if model.encoder.attention is not None:
        frames = add_attention(graph, model.encoder.attention, frames)
    add_head(graph, model, frames, log_probs)


def add_subsampling(graph: Graph, subsample: StackFrames | StridedConvolution, features: str) -> str:
    """Add the nodes from features to `(1, ceil(time / factor), size)`."""
    add = _add_stacking if isinstance(subsample, StackFrames) else _add_convolutions
    return add(graph, subsample, features)  # type: ignore[arg-type]  # the line above pairs them


def add_head(graph: Graph, model: AcousticModel, frames: str, log_probs: str) -> None:
    """Add the nodes from `(1, time, size)` to `log_probs (1, time, vocab)`."""
    logits = add_linear(graph, model.head, frames, "head", "head/logits")
    graph.node("LogSoftmax", [logits], log_probs, axis=-1)


def add_recurrent_layers(graph: Graph, encoder: Encoder, frames: str) -> str:
    """Add the nodes of all recurrent layers: `(1, time, feat)` to `(1, time, directions * size)`."""
    for number, layer in enumerate(encoder.recurrent_layers(), start=1):
        computed = add_recurrent_layer(graph, layer, frames, f"layer{number}")
        residual = encoder.residual[number - 1]
        frames = graph.node("Add", [frames, computed], f"layer{number}/sum") if residual else computed
    return frames


def _add_lookahead(graph: Graph, lookahead: LookAhead, frames: str) -> str:
    """Past the end stand as many zero frames as there are frames ahead."""
    pads = graph.integers("lookahead/pads", [0, 0, 0, 0, lookahead.ahead, 0])
    padded = graph.node("Pad", [frames, pads], "lookahead/padded", mode="constant")
    return add_lookahead_products(graph, lookahead, padded)


def add_lookahead_products(graph: Graph, lookahead: LookAhead, frames: str) -> str:
    """Add the convolution itself: `(1, time + ahead, size)` to `(1, time, size)`."""
    turned = graph.node("Transpose", [frames], "lookahead/input", perm=[0, 2, 1])
    weights = graph.floats("lookahead/weights", array(lookahead.conv.weight))
    product = graph.node("Conv", [turned, weights], "lookahead/product", group=len(lookahead.conv.weight))
    return graph.node("Transpose", [product], "lookahead/output", perm=[0, 2, 1])


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
        frames = _add_convolution(graph, conv, frames, f"conv{number}", subsample.activation)
    for number, conv in enumerate(subsample.more_convs, start=1):
        computed = _add_convolution(graph, conv, frames, f"more_conv{number}", subsample.activation)
        frames = graph.node("Add", [frames, computed], f"more_conv{number}/sum")
    return graph.node("Transpose", [frames], "conv/output", perm=[0, 2, 1])


def _add_convolution(graph: Graph, conv: nn.Module, frames: str, name: str, activation: Activation) -> str:
    assert isinstance(conv, nn.Conv1d)  # our own model made it so
    assert conv.bias is not None
    weights = graph.floats(f"{name}/weights", array(conv.weight))
    bias = graph.floats(f"{name}/bias", array(conv.bias))
    pads = [int(conv.padding[0])] * 2
    product = graph.node("Conv", [frames, weights, bias], f"{name}/product", strides=list(conv.stride), pads=pads)
    return graph.node(_ONNX_ACTIVATIONS[activation], [product], f"{name}/frames")
