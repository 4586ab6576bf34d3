"""Linear recurrences: every way through them gives the same states and the same gradients."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from speechrnn.model.scan import linear_scan, parallel_scan, walk_scan

WAYS = pytest.mark.parametrize("scan", [linear_scan, walk_scan, parallel_scan])
Scan = Callable[..., Tensor]


def sequence(time: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Decays in (0, 1), some of them very near either end, and values above 0."""
    generator = torch.Generator().manual_seed(seed)
    draw = torch.randn(2, time, 3, 4, dtype=torch.float64, generator=generator)
    return torch.sigmoid(6 * draw[0]), draw[1].exp()


@WAYS
def test_a_recurrence_by_hand(scan: Scan) -> None:
    decays, values = torch.tensor([9.0, 0.5, 0.25, 0.0]), torch.tensor([4.0, 1.0, 1.0, 5.0])
    # Before the first frame the state is zero, so the first decay plays no part.
    assert scan(decays.view(4, 1, 1), values.view(4, 1, 1)).flatten().tolist() == [4.0, 3.0, 1.75, 5.0]


@pytest.mark.parametrize("scan", [walk_scan, parallel_scan])
def test_a_recurrence_backwards_by_hand(scan: Scan) -> None:
    decays, values = torch.tensor([0.5, 0.25, 9.0]), torch.tensor([1.0, 1.0, 4.0])
    states = scan(decays.view(3, 1, 1), values.view(3, 1, 1), backward=True)
    assert states.flatten().tolist() == [2.0, 2.0, 4.0]


@WAYS
@pytest.mark.parametrize("time", [1, 2, 3, 7, 8, 9, 64, 100])
def test_every_way_agrees_with_the_logarithms_of_the_paper(scan: Scan, time: int) -> None:
    """Heinsen 2023: exp(A + logcumsumexp(log b - A)) with A the running sum of log a."""
    decays, values = sequence(time)
    sums = decays.log().cumsum(0)
    wanted = (sums + torch.logcumsumexp(values.log() - sums, dim=0)).exp()
    torch.testing.assert_close(scan(decays, values), wanted, rtol=1e-9, atol=1e-12)


@WAYS
def test_thousands_of_frames_lose_no_digits(scan: Scan) -> None:
    decays, values = sequence(4000, seed=1)
    exact = walk_scan(decays, values)
    torch.testing.assert_close(scan(decays.float(), values.float()).double(), exact, rtol=5e-6, atol=0)


@WAYS
def test_a_decay_of_zero_forgets_and_of_one_adds_up(scan: Scan) -> None:
    values = sequence(20)[1]
    assert torch.equal(scan(torch.zeros_like(values), values), values)
    torch.testing.assert_close(scan(torch.ones_like(values), values), values.cumsum(0))


@WAYS
def test_no_frame_knows_of_a_later_one(scan: Scan) -> None:
    decays, values = sequence(21)
    assert torch.equal(scan(decays, values)[:13], scan(decays[:13], values[:13]))


@pytest.mark.parametrize("time", [1, 2, 7])
def test_the_gradient_equals_finite_differences(time: int) -> None:
    decays, values = sequence(time)
    assert torch.autograd.gradcheck(linear_scan, (decays.requires_grad_(), values.requires_grad_()))


def test_the_gradient_equals_autograds_through_the_rounds() -> None:
    decays, values = (one.requires_grad_() for one in sequence(50))
    pull = torch.randn(50, 3, 4, dtype=torch.float64)
    own = torch.autograd.grad((linear_scan(decays, values) * pull).sum(), (decays, values))
    wanted = torch.autograd.grad((parallel_scan(decays, values) * pull).sum(), (decays, values))
    for gradient, other in zip(own, wanted, strict=True):
        torch.testing.assert_close(gradient, other, rtol=1e-10, atol=1e-12)
