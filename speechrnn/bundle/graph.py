"""A small builder for ONNX graphs: constants and nodes by readable names, checked when finished.

Opset 17 is the first with LayerNormalization. Names read like paths (`layer1/forward/output`), so that a viewer shows
the chain as the code lays it out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 17
IR_VERSION: Final = 8  # the one that came with opset 17; a higher number shuts out older runtimes for nothing

Size = int | str
"""A fixed size, or the name of one that varies."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that goes into a graph or comes out of it: its name there, its sizes and its type."""

    name: str
    shape: list[Size]
    element: int = TensorProto.FLOAT


class Graph:
    """A graph under construction; each method returns the name of the value it added.

    A live graph goes on where its last run ended: what it remembers comes in as inputs `state/...` and goes out as
    outputs `next/...`, in the same order. All states start as zeros, those of varying size without any.
    """

    def __init__(self, name: str, *, live: bool = False) -> None:
        """Start an empty graph."""
        self.name, self.live = name, live
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._taken: list[Slot] = []
        self._given: list[Slot] = []

    def take(self, slot: Slot) -> str:
        """Add an input beside the first one."""
        self._taken.append(slot)
        return slot.name

    def give(self, slot: Slot) -> None:
        """Add an output behind the first one; some node must have that name."""
        self._given.append(slot)

    def include(self, nodes: Iterable[onnx.NodeProto], constants: Iterable[onnx.TensorProto]) -> None:
        """Take in nodes of another graph, with the constants they read."""
        self._nodes.extend(nodes)
        self._constants.update((constant.name, constant) for constant in constants)

    def carry(self, name: str, shape: list[Size], element: int = TensorProto.FLOAT) -> tuple[str, str]:
        """Add a state to a live graph: an input, and an output that some node must still give.

        Returns:
            The names of the state before and after a run.
        """
        before, after = f"state/{name}", f"next/{name}"
        # Before and after a run, a size that varies is not the same one.
        later: list[Size] = [f"next/{size}" if isinstance(size, str) else size for size in shape]
        self._taken.append(Slot(before, shape, element))
        self._given.append(Slot(after, later, element))
        return before, after

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant; adding the same name again changes nothing."""
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def floats(self, name: str, values: object) -> str:
        """Add a float32 constant."""
        return self.constant(name, np.asarray(values, dtype=np.float32))

    def integers(self, name: str, values: object) -> str:
        """Add an int64 constant, the type ONNX wants for shapes, axes and pads."""
        return self.constant(name, np.asarray(values, dtype=np.int64))

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add an operation with one output; an empty name in `inputs` leaves that input out."""
        return self.nodes(operator, inputs, [output], **attributes)[0]

    def nodes(self, operator: str, inputs: list[str], outputs: list[str], **attributes: Any) -> list[str]:
        """Add an operation with several outputs."""
        self._nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[0], **attributes))
        return outputs

    def split(self, value: str, outputs: list[str], axis: int) -> list[str]:
        """Cut a value into equal parts along `axis`, one for each output name."""
        self._nodes.append(helper.make_node("Split", [value], outputs, name=f"{outputs[0]}/split", axis=axis))
        return outputs

    def each_slice(
        self, body: "Graph", inputs: Sequence[tuple[str, Slot]], outputs: Sequence[tuple[Slot, str]]
    ) -> list[str]:
        """Run another graph on every slice along the first axis of some values, one after the other.

        Args:
            body: what is run; it may also read the values of this graph by their names.
            inputs: a value of this graph, and what the body takes a slice of it as.
            outputs: what the body gives, and the name here of all of them joined along a new first axis.

        Returns:
            The names of the outputs.
        """
        names = [name for _, name in outputs]
        graph = body._proto([slot for _, slot in inputs], [slot for slot, _ in outputs])
        taken = [value for value, _ in inputs]
        self._nodes.append(
            helper.make_node("Scan", taken, names, name=names[-1], body=graph, num_scan_inputs=len(inputs))
        )
        return names

    def walk(
        self,
        body: "Graph",
        states: Mapping[str, str],
        slices: Mapping[str, str],
        output: str,
        *,
        size: int,
        backward: bool,
    ) -> str:
        """Run another graph on every slice along the first axis of some values, handing states on from run to run.

        Args:
            body: one step, on values `(1, feat)`; it may also read the values of this graph by their names.
            states: what the body calls a state before the step, and after it; all start as zeros, or in a live graph
                as the last run left them.
            slices: what the body calls a slice, and the value of this graph, `(time, 1, feat)`, that it is one of.
            output: name for the first state after every step, `(time, 1, size)`, in the order of the slices.
            size: values in every state.
            backward: whether to go from the last slice to the first.

        Returns:
            `output`.
        """
        first, last = self._ends_of_walk(states, size)
        # The last state and the joined ones are two outputs of a Scan, and want two names for what is one value.
        shown = body.node("Identity", [next(iter(states.values()))], f"{output}/step")
        taken = [Slot(name, [1, size]) for name in states] + [Slot(name, [1, f"{name}/feat"]) for name in slices]
        given = [Slot(name, [1, size]) for name in (*states.values(), shown)]
        inputs, outputs = [*first, *slices.values()], [*last, output]
        attributes: dict[str, Any] = {"body": body._proto(taken, given), "num_scan_inputs": len(slices)}
        if backward:
            attributes |= {"scan_input_directions": [1] * len(slices), "scan_output_directions": [1]}
        self._nodes.append(helper.make_node("Scan", inputs, outputs, name=output, **attributes))
        return output

    def _ends_of_walk(self, states: Iterable[str], size: int) -> tuple[list[str], list[str]]:
        """Name what the states of a walk are at first, and at last."""
        if not self.live:
            zeros = self.floats(f"zeros{size}", np.zeros((1, size)))
            return [zeros for _ in states], [f"{name}/last" for name in states]
        before, after = zip(*(self.carry(name, [1, size]) for name in states), strict=True)
        return list(before), list(after)

    def _proto(self, taken: Sequence[Slot], given: Sequence[Slot]) -> onnx.GraphProto:
        inputs, outputs = (
            [helper.make_tensor_value_info(slot.name, slot.element, slot.shape) for slot in slots]
            for slots in (taken, given)
        )
        return helper.make_graph(self._nodes, self.name, inputs, outputs, list(self._constants.values()))

    def finish(
        self, taken: tuple[str, list[Size]], given: tuple[str, list[Size]], metadata: Mapping[str, str]
    ) -> bytes:
        """Close the graph between one float32 input and one float32 output, what was carried and taken behind them.

        Args:
            taken: name and shape of the first input.
            given: name and shape of the first output.
            metadata: stored with the model.

        Returns:
            The serialised model, which onnx's checker has passed with full shape inference.
        """
        graph = self._proto([Slot(*taken), *self._taken], [Slot(*given), *self._given])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="speechrnn")
        model.ir_version = IR_VERSION
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model, full_check=True)
        serialized: bytes = model.SerializeToString(deterministic=True)
        return serialized
