"""Both passes of the light GRU written out; `test_normalized.py` holds them to the equations of one step."""

import pytest
import torch
from torch import Tensor

from speechrnn.model.cells_normalized import CANDIDATE_LIMIT
from speechrnn.model.ligru_passes import run_ligru
from speechrnn.model.normalized import LiGru
from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.recipe import ModelConfig


def arguments(time: int = 7, size: int = 3, directions: int = 2) -> tuple[list[Tensor], list[Tensor]]:
    generator = torch.Generator().manual_seed(2)

    def learnt(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64).requires_grad_()

    drives = [learnt(time, 2, 2 * size) for _ in range(directions)]
    return drives, [learnt(2 * size, size) for _ in range(directions)]


@pytest.mark.parametrize("time", [1, 2, 7])
def test_the_gradient_is_that_of_finite_differences(time: int) -> None:
    drives, matrices = arguments(time)

    def both(*values: Tensor) -> tuple[Tensor, ...]:
        return run_ligru(values[:2], values[2:])

    assert torch.autograd.gradcheck(both, (*drives, *matrices))


def test_directions_side_by_side_are_what_each_is_alone() -> None:
    drives, matrices = arguments()
    pull = torch.randn(7, 2, 3, dtype=torch.float64)
    together = run_ligru(drives, matrices)
    pulled = torch.autograd.grad((torch.stack(together) * pull).sum(), [*drives, *matrices])
    for number, states in enumerate(together):
        (alone,) = run_ligru([drives[number]], [matrices[number]])
        torch.testing.assert_close(states, alone, rtol=0, atol=1e-14)
        own = torch.autograd.grad((alone * pull).sum(), [drives[number], matrices[number]])
        for gradient, wanted in zip((pulled[number], pulled[2 + number]), own, strict=True):
            torch.testing.assert_close(gradient, wanted, rtol=0, atol=1e-13)


def test_what_is_given_stays_as_it_is() -> None:
    drives, matrices = arguments()
    before = [each.detach().clone() for each in (*drives, *matrices)]
    torch.autograd.grad(torch.stack(run_ligru(drives, matrices)).sum(), [*drives, *matrices])
    for given, kept in zip((*drives, *matrices), before, strict=True):
        torch.testing.assert_close(given.detach(), kept, rtol=0, atol=0)


def test_a_state_nobody_asks_for_gets_no_gradient_from_it() -> None:
    drives, matrices = arguments()
    states, _ = run_ligru(drives, matrices)
    asked, other = torch.autograd.grad(states[3].sum(), drives)
    assert torch.count_nonzero(asked[4:]) == 0
    assert torch.count_nonzero(asked[:4]) > 0
    assert torch.count_nonzero(other) == 0


def test_a_state_that_makes_itself_larger_ends_at_the_limit_and_so_does_its_gradient() -> None:
    drives = torch.zeros(300, 1, 4)
    drives[..., :2] = -2  # gates nearly open
    drives[..., 2] = 0.1
    drives.requires_grad_()
    matrix = torch.zeros(4, 2)
    matrix[2, 0] = 3  # the first unit takes three times itself, the second stays at zero
    (states,) = run_ligru([drives], [matrix.requires_grad_()])
    assert states.max().item() == pytest.approx(CANDIDATE_LIMIT, rel=1e-5)
    assert states[-1, 0].tolist() == [pytest.approx(CANDIDATE_LIMIT, rel=1e-5), 0]
    for gradient in torch.autograd.grad(states.sum(), [drives, matrix]):
        assert torch.isfinite(gradient).all()


def test_the_gradient_at_the_limit_is_that_of_autograd_over_a_clamp() -> None:
    drives, matrices = arguments(time=60, directions=1)
    grown = (matrices[0].detach() + torch.cat([torch.zeros(3, 3), 3 * torch.eye(3)])).requires_grad_()
    hidden, states = torch.zeros(2, 3, dtype=torch.float64), []
    for drive in drives[0].unbind(0):
        drive_z, drive_n = (drive + hidden @ grown.t()).chunk(2, dim=1)
        hidden = torch.lerp(drive_n.clamp(0, CANDIDATE_LIMIT), hidden, drive_z.sigmoid())
        states.append(hidden)
    stepped, (own,) = torch.stack(states), run_ligru(drives, [grown])
    assert stepped.max() > 0.9 * CANDIDATE_LIMIT
    torch.testing.assert_close(own, stepped, rtol=1e-9, atol=1e-9)
    pull = torch.randn(60, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    wanted = torch.autograd.grad((stepped * pull).sum(), [*drives, grown])
    for gradient, other in zip(torch.autograd.grad((own * pull).sum(), [*drives, grown]), wanted, strict=True):
        torch.testing.assert_close(gradient, other, rtol=1e-7, atol=1e-7)


def test_a_layer_whose_states_grow_without_end_still_learns_in_finite_numbers() -> None:
    config = ModelConfig(cell="ligru", size=8, layer_norm=True)
    torch.manual_seed(1)
    layer = RecurrentLayer(config, 5)
    for cell in (layer.forward_cell, layer.backward_cell):
        assert isinstance(cell, LiGru)
        with torch.no_grad():
            cell.recurrent_matrix[8:] = 4 * torch.eye(8)
    outputs = layer(torch.randn(3, 400, 5), torch.tensor([400, 390, 17]))
    assert torch.isfinite(outputs).all()
    outputs.square().sum().backward()
    gradients = [weights.grad for weights in layer.parameters()]
    assert len(gradients) == 10
    assert all(gradient is not None and torch.isfinite(gradient).all() for gradient in gradients)
