"""Where the weights of each cell start."""

import pytest
import torch
from torch import Tensor

from speechrnn.model.cells import lstm_step, weights_of
from speechrnn.model.initialize import FORGET_GATE_BIAS, RECURRENT_GAIN
from speechrnn.model.minimal import MinimalCell
from speechrnn.model.normalized import LayerNormLstm
from speechrnn.model.recurrent import CELLS, Cell, build_cell, run_cell
from speechrnn.recipe import ModelConfig

RECURRENT_GATES = {"rnn": 1, "lstm": 4, "gru": 3, "ligru": 2, "lnlstm": 4}


def cell_of(kind: str, size: int = 12, num_inputs: int = 5) -> Cell:
    torch.manual_seed(0)
    return build_cell(ModelConfig(cell=kind, size=size), num_inputs)  # type: ignore[arg-type]


def recurrent_matrix(kind: str) -> Tensor:
    cell = cell_of(kind)
    return cell.weight_hh_l0 if isinstance(cell, torch.nn.RNNBase) else cell.recurrent_matrix


@pytest.mark.parametrize("kind", RECURRENT_GATES)
def test_recurrent_weights_start_orthogonal_gate_by_gate(kind: str) -> None:
    gates = recurrent_matrix(kind).split(12)
    assert len(gates) == RECURRENT_GATES[kind]
    for gate in gates:
        torch.testing.assert_close(gate @ gate.T, torch.eye(12), rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", CELLS)
def test_input_weights_of_every_gate_start_spread_as_glorot_has_it(kind: str) -> None:
    size, num_inputs = 60, 100
    cell = cell_of(kind, size, num_inputs)
    matrix = cell.weight_ih_l0 if isinstance(cell, torch.nn.RNNBase) else cell.input_matrix
    for gate in matrix.split(size):
        torch.testing.assert_close(gate.var().item(), 2 / (size + num_inputs), rtol=0.05, atol=0)


def test_the_forget_gate_of_an_lstm_starts_open_and_every_other_bias_at_zero() -> None:
    cell = cell_of("lstm", size=3)
    assert torch.equal(cell.bias_ih_l0, torch.tensor([0.0] * 3 + [FORGET_GATE_BIAS] * 3 + [0.0] * 6))
    for bias in (cell.bias_hh_l0, cell_of("gru", size=3).bias_ih_l0):
        assert not bias.any()


def test_an_lstm_remembers_more_than_half_from_the_first_step() -> None:
    step = lstm_step(torch.zeros(1, 5), torch.zeros(1, 3), torch.ones(1, 3), weights_of(cell_of("lstm", size=3)))
    torch.testing.assert_close(step.forget_gate, torch.full((1, 3), 0.7310586))


def test_the_layer_norm_lstm_starts_with_an_open_forget_gate_and_a_faint_past() -> None:
    cell = cell_of("lnlstm", size=3)
    assert isinstance(cell, LayerNormLstm)
    assert torch.equal(cell.input_norm.bias, torch.tensor([0.0] * 3 + [FORGET_GATE_BIAS] * 3 + [0.0] * 6))
    assert torch.equal(cell.recurrent_gain, torch.full((12,), RECURRENT_GAIN))


@pytest.mark.parametrize(("kind", "kept"), [("mingru", 0.7310586), ("minlstm", 0.5938455)])
def test_a_minimal_cell_keeps_more_than_half_from_the_first_step(kind: str, kept: float) -> None:
    """Worked by hand: s(1) of the minGRU, s(1) / (s(1) + s(0)) of the minLSTM; the candidate at 0 is one half."""
    cell = cell_of(kind)
    assert isinstance(cell, MinimalCell)
    torch.testing.assert_close(cell(torch.zeros(1, 1, 5))[0, 0], torch.full((12,), (1 - kept) * 0.5))


@pytest.mark.parametrize("kind", CELLS)
def test_a_fresh_cell_is_not_chaotic(kind: str) -> None:
    """Two roundings of the same walk stay together: without that, results would depend on the machine and the batch."""
    cell, frames = cell_of(kind, size=32, num_inputs=8), torch.randn(2, 400, 8)
    rounded = run_cell(cell, frames, 0.0)
    torch.testing.assert_close(run_cell(cell.double(), frames.double(), 0.0).float(), rounded, rtol=0, atol=1e-5)
