"""Cells that ONNX has no operator for, as a `Scan`: what the input says for all frames at once, then a body per step.

The backward direction scans from the last frame to the first and puts each state back in its place; with one utterance
and no padding nothing has to be reversed.
"""

from typing import Final

from speechrnn.bundle.export_features import array
from speechrnn.bundle.export_layers import add_norm
from speechrnn.bundle.graph import Graph
from speechrnn.model.cells_normalized import CANDIDATE_LIMIT
from speechrnn.model.minimal import MinimalCell
from speechrnn.model.normalized import LayerNormLstm, LiGru

LEAST_CANDIDATE: Final = 1e-20
"""What a light GRU's rectifier gives at least in the graph: far above the denormals, far below what is heard."""


def add_scan(graph: Graph, cell: LiGru | LayerNormLstm | MinimalCell, first: str, name: str, *, backward: bool) -> str:
    """Add one direction of a layer.

    Args:
        graph: where to.
        cell: the direction's weights.
        first: name of the frames, `(time, 1, feat)`.
        name: prefix of everything added.
        backward: whether it reads from the last frame to the first.

    Returns:
        Name of the hidden states, `(time, 1, size)`, in the order of the frames.
    """
    matrix = graph.floats(f"{name}/input_weights", array(cell.input_matrix).T)
    product = graph.node("MatMul", [first, matrix], f"{name}/input_product")
    if isinstance(cell, MinimalCell):
        return _add_minimal(graph, cell, product, name, backward)
    drives = add_norm(graph, cell.input_norm, product, f"{name}/input", f"{name}/drives")
    add_body = _add_ligru if isinstance(cell, LiGru) else _add_layer_norm_lstm
    return add_body(graph, cell, drives, name, backward)  # type: ignore[arg-type]  # the line above pairs them


def _add_minimal(graph: Graph, cell: MinimalCell, product: str, name: str, backward: bool) -> str:
    """Only the recurrence itself is left to the loop: one multiplication and one addition per value and step."""
    bias = graph.floats(f"{name}/bias", array(cell.bias))
    drives = graph.node("Add", [product, bias], f"{name}/drives")
    if cell.kind == "mingru":
        drive_z, drive_n = graph.split(drives, [f"{name}/drive_update", f"{name}/drive_candidate"], axis=2)
        odds = graph.node("Neg", [drive_z], f"{name}/odds")
    else:
        named = [f"{name}/drive_{gate}" for gate in ("forget", "input", "candidate")]
        drive_f, drive_i, drive_n = graph.split(drives, named, axis=2)
        odds = graph.node("Sub", [_softminus(graph, drive_i), _softminus(graph, drive_f)], f"{name}/odds")
    keep = graph.node("Sigmoid", [odds], f"{name}/keep")
    take = graph.node("Sigmoid", [graph.node("Neg", [odds], f"{name}/odds_against")], f"{name}/take")
    taken = graph.node("Mul", [take, _positive(graph, drive_n, f"{name}/candidate")], f"{name}/taken")
    body = Graph(f"{name}/step")
    hidden, step_keep, step_taken = f"{name}/hidden_before", f"{name}/step_keep", f"{name}/step_taken"
    kept = body.node("Mul", [step_keep, hidden], f"{name}/kept")
    after = body.node("Add", [kept, step_taken], f"{name}/hidden")
    slices = {step_keep: keep, step_taken: taken}
    return graph.walk(body, {hidden: after}, slices, f"{name}/states", size=cell.hidden_size, backward=backward)


def _softminus(graph: Graph, drive: str) -> str:
    """Minus the logarithm of the logistic function."""
    return graph.node("Softplus", [graph.node("Neg", [drive], f"{drive}/negative")], f"{drive}/softminus")


def _positive(graph: Graph, drive: str, output: str) -> str:
    """The minimal cells' candidate: what is above zero, plus the logistic function up to its value at zero."""
    above = graph.node("Relu", [drive], f"{output}/above")
    half = graph.floats("half", 0.5)
    below = graph.node("Min", [graph.node("Sigmoid", [drive], f"{output}/logistic"), half], f"{output}/below")
    return graph.node("Add", [above, below], output)


def _add_ligru(graph: Graph, cell: LiGru, drives: str, name: str, backward: bool) -> str:
    recurrent = graph.floats(f"{name}/recurrent_weights", array(cell.recurrent_matrix).T)
    body = Graph(f"{name}/step")
    hidden, drive = f"{name}/hidden_before", f"{name}/drive"
    gates = body.node("Gemm", [hidden, recurrent, drive], f"{name}/gates")
    drive_z, drive_n = body.split(gates, [f"{name}/drive_update", f"{name}/drive_candidate"], axis=1)
    update = body.node("Sigmoid", [drive_z], f"{name}/update")
    # With zero for the least, states would halve into the denormals in silence, where processors are slow.
    bounds = [graph.floats("least_candidate", LEAST_CANDIDATE), graph.floats("candidate_limit", CANDIDATE_LIMIT)]
    candidate = body.node("Clip", [drive_n, *bounds], f"{name}/candidate")
    change = body.node("Sub", [hidden, candidate], f"{name}/past_over_candidate")
    kept = body.node("Mul", [update, change], f"{name}/kept")
    after = body.node("Add", [candidate, kept], f"{name}/hidden")
    return graph.walk(
        body, {hidden: after}, {drive: drives}, f"{name}/states", size=cell.hidden_size, backward=backward
    )


def _add_layer_norm_lstm(graph: Graph, cell: LayerNormLstm, drives: str, name: str, backward: bool) -> str:
    recurrent = graph.floats(f"{name}/recurrent_weights", array(cell.recurrent_matrix).T)
    gain = graph.floats(f"{name}/recurrent_gain", array(cell.recurrent_gain))
    body = Graph(f"{name}/step")
    hidden, memory, drive = f"{name}/hidden_before", f"{name}/cell_before", f"{name}/drive"
    product = body.node("MatMul", [hidden, recurrent], f"{name}/product")
    epsilon = cell.cell_norm.eps
    normal = body.node("LayerNormalization", [product, gain], f"{name}/product_normal", axis=-1, epsilon=epsilon)
    gates = body.node("Add", [drive, normal], f"{name}/gates")
    named = [f"{name}/drive_{gate}" for gate in ("input", "forget", "candidate", "output")]
    drive_i, drive_f, drive_g, drive_o = body.split(gates, named, axis=1)
    forget = body.node("Sigmoid", [drive_f], f"{name}/forget")
    take = body.node("Sigmoid", [drive_i], f"{name}/take")
    kept = body.node("Mul", [forget, memory], f"{name}/kept")
    taken = body.node("Mul", [take, body.node("Tanh", [drive_g], f"{name}/candidate")], f"{name}/taken")
    new_memory = body.node("Add", [kept, taken], f"{name}/cell")
    scale = graph.floats(f"{name}/cell_gain", array(cell.cell_norm.weight))
    bias = graph.floats(f"{name}/cell_bias", array(cell.cell_norm.bias))
    shown = body.node("LayerNormalization", [new_memory, scale, bias], f"{name}/shown", axis=-1, epsilon=epsilon)
    output = body.node("Sigmoid", [drive_o], f"{name}/output")
    after = body.node("Mul", [output, body.node("Tanh", [shown], f"{name}/shown_bent")], f"{name}/hidden")
    states = {hidden: after, memory: new_memory}
    return graph.walk(body, states, {drive: drives}, f"{name}/states", size=cell.hidden_size, backward=backward)
