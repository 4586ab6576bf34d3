"""A recurrent layer as ONNX nodes, for one utterance without padding.

Cells that ONNX has operators for become one node for both directions; the others a `Scan` each (`export_scan.py`).

ONNX stacks the gates of a cell in another order than torch: LSTM input, output, forget, cell against torch's input,
forget, cell, output; GRU update, reset, candidate against reset, update, candidate. torch's GRU applies the reset gate
after the recurrent product, which ONNX calls `linear_before_reset`.
"""

from typing import Final

import numpy as np
from torch import nn

from speechrnn.bundle.export_features import array
from speechrnn.bundle.export_layers import add_norm
from speechrnn.bundle.export_scan import add_scan
from speechrnn.bundle.graph import Graph
from speechrnn.model.recurrent import Cell, RecurrentLayer

# For each place in ONNX's stack of gates, the place of that gate in torch's.
_GATES: Final[dict[str, tuple[int, ...]]] = {"RNN": (0,), "LSTM": (0, 3, 1, 2), "GRU": (1, 0, 2)}


def add_recurrent_layer(graph: Graph, layer: RecurrentLayer, frames: str, name: str) -> str:
    """Add the nodes of a layer, its normalisation included: `(1, time, feat)` to `(1, time, directions * size)`.

    In a live graph, a layer of one direction goes on from the state in which its last run left it.
    """
    first = graph.node("Transpose", [frames], f"{name}/time_first", perm=[1, 0, 2])
    cells = [layer.forward_cell] if layer.backward_cell is None else [layer.forward_cell, layer.backward_cell]
    torch_cells = [cell for cell in cells if isinstance(cell, nn.RNNBase)]
    states = _add_operator(graph, torch_cells, first, name) if torch_cells else _add_scans(graph, cells, first, name)
    # (time, directions, batch, size) to (batch, time, directions * size)
    batch_first = graph.node("Transpose", [states], f"{name}/batch_first", perm=[2, 0, 1, 3])
    shape = graph.integers(f"{name}/shape", [1, -1, layer.output_size])
    joined = graph.node("Reshape", [batch_first, shape], f"{name}/joined")
    return add_norm(graph, layer.norm, joined, name, f"{name}/output")


def _add_scans(graph: Graph, cells: list[Cell], first: str, name: str) -> str:
    """Add one loop per direction and join them as ONNX's own operators do: `(time, directions, 1, size)`."""
    axis = graph.integers("axis_1", [1])
    apart = []
    for direction, cell in zip(("forward", "backward"), cells, strict=False):
        assert not isinstance(cell, nn.RNNBase)  # both directions are of one cell
        states = add_scan(graph, cell, first, f"{name}/{direction}", backward=direction == "backward")
        apart.append(graph.node("Unsqueeze", [states, axis], f"{name}/{direction}/apart"))
    return graph.node("Concat", apart, f"{name}/states", axis=1)


def _add_operator(graph: Graph, cells: list[nn.RNNBase], first: str, name: str) -> str:
    operator = {nn.RNN: "RNN", nn.LSTM: "LSTM", nn.GRU: "GRU"}[type(cells[0])]
    weights = graph.floats(f"{name}/input_weights", np.stack([_gates(c, operator, "weight_ih_l0") for c in cells]))
    recurrent = graph.floats(
        f"{name}/recurrent_weights", np.stack([_gates(c, operator, "weight_hh_l0") for c in cells])
    )
    bias = graph.floats(f"{name}/bias", np.stack([_biases(cell, operator) for cell in cells]))
    attributes: dict[str, object] = {"linear_before_reset": 1} if operator == "GRU" else {}
    before, after = _carried(graph, operator, cells[0].hidden_size, name)
    states, *_ = graph.nodes(
        operator,
        [first, weights, recurrent, bias, *before],
        [f"{name}/states", *after],
        hidden_size=cells[0].hidden_size,
        direction="forward" if len(cells) == 1 else "bidirectional",
        **attributes,
    )
    return states


def _carried(graph: Graph, operator: str, size: int, name: str) -> tuple[list[str], list[str]]:
    """Name the inputs and outputs of an operator's states; none where every run starts afresh."""
    if not graph.live:
        return [], []
    kinds = ("hidden", "cell") if operator == "LSTM" else ("hidden",)
    pairs = [graph.carry(f"{name}/{kind}", [1, 1, size]) for kind in kinds]
    # The empty name leaves out the lengths, which a single utterance does not need.
    return ["", *(before for before, _ in pairs)], [after for _, after in pairs]


def _gates(cell: nn.RNNBase, operator: str, parameter: str) -> np.ndarray:
    """Take a parameter out of torch with its blocks of `hidden_size` rows in ONNX's order of gates."""
    blocks = np.split(array(getattr(cell, parameter)), len(_GATES[operator]))
    return np.concatenate([blocks[gate] for gate in _GATES[operator]])


def _biases(cell: nn.RNNBase, operator: str) -> np.ndarray:
    return np.concatenate([_gates(cell, operator, "bias_ih_l0"), _gates(cell, operator, "bias_hh_l0")])
