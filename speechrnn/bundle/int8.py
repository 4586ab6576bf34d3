"""A graph with its weights in 8 bits: a quarter of the size, run by what runs the other, to the same bits everywhere.

Each row of a weight matrix, all that one gate or unit reads, becomes whole numbers from -127 to 127 times one float32,
symmetric and per row as in Krishnamoorthi (2018). Two constant nodes, Cast and Mul, turn them back into float32; a
runtime does that once, when it opens the graph. The front end's matrices get 8 bits more for what the first 8 leave:
rounding there is noise in the sound.

onnxruntime's dynamic quantisation (`DynamicQuantizeLSTM`) was tried: as small, and faster, but it rounds what flows
through the layers too, by rules that differ between processors, changes four times as many texts, and knows no GRU.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from speechrnn.bundle.graph_names import FRONT_END

LARGEST: Final = 127
MIN_VALUES: Final = 1024
"""Smaller constants stay as they are: what they would save is less than what naming them costs."""

_RECURRENT: Final = {1: -1, 2: -1}
_WEIGHTS: Final[dict[str, dict[int, int]]] = {
    "RNN": _RECURRENT, "LSTM": _RECURRENT, "GRU": _RECURRENT, "MatMul": {1: 0}, "Gemm": {1: 0}, "Conv": {1: 1},
}  # fmt: skip
"""By operator and number of input: the axis summed over, whose values share a scale; of a Conv, all behind it too."""


def to_int8(graph: bytes) -> bytes:
    """Round the weights of an ONNX graph.

    Args:
        graph: ONNX; weights that are in 8 bits already stay.

    Returns:
        ONNX bytes with the same inputs, outputs and metadata, in the same standard opset.
    """
    model = onnx.load_from_string(graph)
    axes = _summed_axes(model.graph)
    kept: list[TensorProto] = []
    nodes: list[onnx.NodeProto] = []
    for constant in model.graph.initializer:
        value = numpy_helper.to_array(constant)
        if constant.name not in axes or value.dtype != np.float32 or value.size < MIN_VALUES:
            kept.append(constant)
            continue
        parts = 2 if constant.name.startswith(FRONT_END) else 1
        constants, steps = _rounded(constant.name, value, axes[constant.name], parts)
        kept += constants
        nodes += steps
    nodes += model.graph.node
    for field, values in ((model.graph.initializer, kept), (model.graph.node, nodes)):
        del field[:]
        field.extend(values)
    onnx.checker.check_model(model, full_check=True)
    serialized: bytes = model.SerializeToString(deterministic=True)
    return serialized


def round_rows(value: NDArray[np.float32], axes: tuple[int, ...]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Give whole numbers of `value`'s shape, and the scales, 1 long along `axes`, by which their product is near it."""
    scale = np.abs(value).max(axis=axes, keepdims=True).astype(np.float32) / np.float32(LARGEST)
    scale[scale < np.finfo(np.float32).tiny] = 1  # rows of zeros, or as good as that
    return np.rint(value / scale).astype(np.int8), scale


def _summed_axes(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    """Give for each weight, by name, the axes whose values share a scale."""
    ranks = {constant.name: len(constant.dims) for constant in graph.initializer}
    return {
        name: tuple(range(axis % ranks[name], ranks[name] if node.op_type == "Conv" else axis % ranks[name] + 1))
        for node in _nodes(graph)
        for place, axis in _WEIGHTS.get(node.op_type, {}).items()
        if (name := node.input[place]) in ranks
    }


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Walk over all nodes, those of loop bodies included: they may read weights of the graph around them."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from _nodes(attribute.g)


def _rounded(
    name: str, value: NDArray[np.float32], axes: tuple[int, ...], parts: int
) -> tuple[list[TensorProto], list[onnx.NodeProto]]:
    """Give the constants and nodes that stand in for a weight; each part rounds what those before it leave."""
    constants, nodes, terms, left = [], [], [], value
    for part in range(parts):
        # The last node of the only part is the weight itself; several parts are added up to it.
        term = f"{name}/part{part}" if parts > 1 else name
        whole, scale = round_rows(left, axes)
        left = left - whole * scale
        constants += [numpy_helper.from_array(whole, f"{term}/int8"), numpy_helper.from_array(scale, f"{term}/scale")]
        nodes += [
            helper.make_node("Cast", [f"{term}/int8"], [f"{term}/cast"], name=f"{term}/cast", to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{term}/cast", f"{term}/scale"], [term], name=term),
        ]
        terms.append(term)
    if parts > 1:
        nodes.append(helper.make_node("Sum", terms, [name], name=name))
    return constants, nodes
