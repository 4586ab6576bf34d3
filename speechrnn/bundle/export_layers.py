"""Layers for which ONNX has a node or two: a product with a bias, and layer normalisation."""

from torch import nn

from speechrnn.bundle.export_features import array
from speechrnn.bundle.graph import Graph


def add_linear(graph: Graph, linear: nn.Linear, frames: str, name: str, output: str) -> str:
    """Add `frames (..., inputs)` times the weights, plus the bias, as a value named `output`, `(..., outputs)`."""
    weights = graph.floats(f"{name}/weights", array(linear.weight).T)
    bias = graph.floats(f"{name}/bias", array(linear.bias))
    return graph.node("Add", [graph.node("MatMul", [frames, weights], f"{name}/product"), bias], output)


def add_norm(graph: Graph, norm: nn.Module, frames: str, name: str, output: str) -> str:
    """Add the normalisation of the last axis, as a value named `output`; nothing where `norm` is the identity."""
    if not isinstance(norm, nn.LayerNorm):
        return frames
    scale = graph.floats(f"{name}/norm_scale", array(norm.weight))
    bias = graph.floats(f"{name}/norm_bias", array(norm.bias))
    return graph.node("LayerNormalization", [frames, scale, bias], output, axis=-1, epsilon=norm.eps)
