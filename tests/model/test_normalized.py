"""The cells with layer normalisation inside over whole sequences against their equations, one step at a time."""

import pytest
import torch
from torch import Tensor

from speechrnn.model.cells_normalized import layer_norm_lstm_step, ligru_step
from speechrnn.model.normalized import LayerNormLstm, LiGru

KINDS = pytest.mark.parametrize("kind", [LiGru, LayerNormLstm])


def cell_of(kind: type[LiGru | LayerNormLstm]) -> LiGru | LayerNormLstm:
    torch.manual_seed(6)
    cell = kind(4, 6).double()
    with torch.no_grad():
        for weights in cell.parameters():
            weights.copy_(0.4 * torch.randn_like(weights))
    return cell


def walk(cell: LiGru | LayerNormLstm, frames: Tensor) -> Tensor:
    """Advance from zero states by the equations, one step after the other."""
    hidden = memory = torch.zeros(len(frames), cell.hidden_size, dtype=frames.dtype)
    states = []
    for inputs in frames.unbind(1):
        if isinstance(cell, LiGru):
            hidden = ligru_step(inputs, hidden, cell.weights()).hidden
        else:
            step = layer_norm_lstm_step(inputs, hidden, memory, cell.weights())
            hidden, memory = step.hidden, step.cell
        states.append(hidden)
    return torch.stack(states, dim=1)


@pytest.mark.parametrize("time", [1, 2, 50])
@KINDS
def test_the_sequence_equals_stepping_at_every_frame(kind: type[LiGru | LayerNormLstm], time: int) -> None:
    cell, frames = cell_of(kind), torch.randn(3, time, 4, dtype=torch.float64)
    torch.testing.assert_close(cell(frames, cell.recurrent_matrix), walk(cell, frames), rtol=0, atol=1e-11)


@KINDS
def test_the_gradients_of_the_sequence_equal_those_of_stepping(kind: type[LiGru | LayerNormLstm]) -> None:
    cell, frames = cell_of(kind), torch.randn(3, 20, 4, dtype=torch.float64, requires_grad=True)
    pull, learnt = torch.randn(3, 20, 6, dtype=torch.float64), [*cell.parameters(), frames]
    own = torch.autograd.grad((cell(frames, cell.recurrent_matrix) * pull).sum(), learnt)
    wanted = torch.autograd.grad((walk(cell, frames) * pull).sum(), learnt)
    for gradient, other in zip(own, wanted, strict=True):
        torch.testing.assert_close(gradient, other, rtol=1e-9, atol=1e-10)


@KINDS
def test_the_matrix_that_is_given_is_the_one_that_is_used(kind: type[LiGru | LayerNormLstm]) -> None:
    cell, other, frames = cell_of(kind), cell_of(kind), torch.randn(3, 8, 4, dtype=torch.float64)
    thinned = cell.recurrent_matrix.detach() * (torch.rand_like(cell.recurrent_matrix) < 0.5)
    with torch.no_grad():
        other.recurrent_matrix.copy_(thinned)
    torch.testing.assert_close(cell(frames, thinned), other(frames, other.recurrent_matrix), rtol=0, atol=0)
    assert not torch.equal(cell(frames, thinned), cell(frames, cell.recurrent_matrix))
