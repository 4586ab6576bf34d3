"""Both passes of the light GRU written out; `test_normalized.py` holds them to the equations of one step."""

import pytest
import torch
from torch import Tensor

from speechrnn.model.ligru_passes import run_ligru


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
