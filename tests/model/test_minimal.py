"""The minimal cells over whole sequences against their equations, one step at a time."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from speechrnn.model.cells_minimal import MinGruStep, MinLstmStep, mingru_step, minlstm_step
from speechrnn.model.minimal import MinimalCell

STEPS: dict[str, Callable[..., MinGruStep | MinLstmStep]] = {"mingru": mingru_step, "minlstm": minlstm_step}


def cell_of(kind: str, scale: float = 1.0) -> MinimalCell:
    torch.manual_seed(5)
    cell = MinimalCell(kind, 4, 6).double()
    with torch.no_grad():
        for weights in cell.parameters():
            weights.copy_(scale * torch.randn_like(weights))
    return cell


def walk(cell: MinimalCell, frames: Tensor) -> Tensor:
    """Advance from a zero state by the equations, one step after the other."""
    hidden, states = torch.zeros(len(frames), cell.hidden_size, dtype=frames.dtype), []
    for inputs in frames.unbind(1):
        hidden = STEPS[cell.kind](inputs, hidden, cell.weights()).hidden
        states.append(hidden)
    return torch.stack(states, dim=1)


@pytest.mark.parametrize("time", [1, 2, 50])
@pytest.mark.parametrize("kind", STEPS)
def test_the_scan_equals_stepping_at_every_frame(kind: str, time: int) -> None:
    cell, frames = cell_of(kind), torch.randn(3, time, 4, dtype=torch.float64)
    torch.testing.assert_close(cell(frames), walk(cell, frames), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", STEPS)
def test_the_gradients_of_the_scan_equal_those_of_stepping(kind: str) -> None:
    cell, frames = cell_of(kind), torch.randn(3, 20, 4, dtype=torch.float64, requires_grad=True)
    pull, learnt = torch.randn(3, 20, 6, dtype=torch.float64), [*cell.parameters(), frames]
    own = torch.autograd.grad((cell(frames) * pull).sum(), learnt)
    wanted = torch.autograd.grad((walk(cell, frames) * pull).sum(), learnt)
    for gradient, other in zip(own, wanted, strict=True):
        torch.testing.assert_close(gradient, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kind", STEPS)
def test_gates_shut_as_far_as_float32_goes_leave_states_and_gradients_finite(kind: str) -> None:
    """The plain quotient f / (f + i) would be 0 / 0 here."""
    cell = cell_of(kind, scale=1e4).float()
    frames = torch.randn(3, 30, 4, requires_grad=True)
    states = cell(frames)
    states.sum().backward()
    assert frames.grad is not None
    assert bool(torch.isfinite(states).all())
    assert bool(torch.isfinite(frames.grad).all())
