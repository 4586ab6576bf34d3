"""Take a stretch out of an ONNX graph: the nodes between two values, with the constants they read.

`onnx.utils.extract_model` does this too, but leaves out what the body of a loop reads from the graph around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import onnx

from speechrnn.errors import BundleError


@dataclass(frozen=True, slots=True)
class Stretch:
    """Nodes in an order they can run in, and the constants they read."""

    nodes: tuple[onnx.NodeProto, ...]
    constants: tuple[onnx.TensorProto, ...]


def stretch(graph: onnx.GraphProto, start: str, end: str) -> Stretch:
    """Find what computes `end` from `start` alone.

    Raises:
        BundleError: `end` needs another input of the graph, as it does where nothing is called `start`.
    """
    needed, nodes = {end}, []
    for node in reversed(graph.node):
        if needed.intersection(node.output) - {start}:
            nodes.append(node)
            needed.update(_reads(node))
    constants = tuple(constant for constant in graph.initializer if constant.name in needed)
    made = {name for node in nodes for name in node.output} | {constant.name for constant in constants}
    if missing := sorted(needed - made - {start, ""}):
        raise BundleError(
            f"graph: {end} cannot be had from {start} alone, it needs {', '.join(missing)}; "
            "train the model again with this speechrnn"
        )
    return Stretch(tuple(reversed(nodes)), constants)


def _reads(node: onnx.NodeProto) -> set[str]:
    """Name all that a node reads, what the bodies inside it take from around them included."""
    bodies = (attribute.g for attribute in node.attribute if attribute.type == onnx.AttributeProto.GRAPH)
    return {*node.input}.union(*(_taken(body) for body in bodies))


def _taken(body: onnx.GraphProto) -> set[str]:
    own = {*_names(body.input), *_names(body.initializer), *(name for node in body.node for name in node.output)}
    return {name for node in body.node for name in _reads(node)} - own


def _names(values: Iterable[onnx.ValueInfoProto | onnx.TensorProto]) -> set[str]:
    return {value.name for value in values}
