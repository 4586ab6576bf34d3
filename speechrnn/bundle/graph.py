"""A small builder for ONNX graphs: constants and nodes by readable names, checked when finished.

Opset 17 is the first with LayerNormalization. Names read like paths (`layer1/forward/output`), so that a viewer shows
the chain as the code lays it out.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET: Final = 17
IR_VERSION: Final = 8  # the one that came with opset 17; a higher number shuts out older runtimes for nothing

Size = int | str
"""A fixed size, or the name of one that varies."""


class Graph:
    """A graph under construction; each method returns the name of the value it added."""

    def __init__(self, name: str) -> None:
        """Start an empty graph."""
        self.name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

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
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def split(self, value: str, outputs: list[str], axis: int) -> list[str]:
        """Cut a value into equal parts along `axis`, one for each output name."""
        self._nodes.append(helper.make_node("Split", [value], outputs, name=f"{outputs[0]}/split", axis=axis))
        return outputs

    def finish(
        self, taken: tuple[str, list[Size]], given: tuple[str, list[Size]], metadata: Mapping[str, str]
    ) -> bytes:
        """Close the graph between one float32 input and one float32 output.

        Args:
            taken: name and shape of the input.
            given: name and shape of the output.
            metadata: stored with the model.

        Returns:
            The serialised model, which onnx's checker has passed with full shape inference.
        """
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [helper.make_tensor_value_info(taken[0], TensorProto.FLOAT, taken[1])],
            [helper.make_tensor_value_info(given[0], TensorProto.FLOAT, given[1])],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="speechrnn")
        model.ir_version = IR_VERSION
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model, full_check=True)
        serialized: bytes = model.SerializeToString(deterministic=True)
        return serialized
