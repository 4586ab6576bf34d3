"""Consistency: what two views pay for differing, and which way each is pulled."""

import torch
import torch.nn.functional as F  # noqa: N812

from speechrnn.losses.consistency import consistency_losses
from tests.losses.paths import random_log_probs

ONE, OTHER = random_log_probs(5, batch=3), random_log_probs(6, batch=3)[:5]
LENGTHS = torch.tensor([5, 3, 0])


def test_it_is_the_mean_of_both_divergences_summed_over_frames() -> None:
    found = consistency_losses(ONE, OTHER, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        one, other = ONE[:length, row], OTHER[:length, row]
        both = [F.kl_div(*pair, reduction="sum", log_target=True) for pair in ((one, other), (other, one))]
        torch.testing.assert_close(found[row], sum(both) / 2)


def test_views_that_agree_cost_nothing() -> None:
    assert consistency_losses(ONE, ONE.clone(), LENGTHS).tolist() == [0, 0, 0]


def test_each_view_is_pulled_towards_the_other_as_if_that_one_stood_still() -> None:
    torch.manual_seed(1)
    scores, others = (torch.randn(5, 3, 4, dtype=torch.float64, requires_grad=True) for _ in range(2))
    consistency_losses(scores.log_softmax(2), others.log_softmax(2), torch.tensor([5, 5, 5])).sum().backward()
    # The gradient of cross entropy to a fixed target is the difference of the two distributions.
    difference = (scores.softmax(2) - others.softmax(2)).detach() / 2
    torch.testing.assert_close(scores.grad, difference)
    torch.testing.assert_close(others.grad, -difference)


def test_frames_past_an_end_pull_nothing() -> None:
    scores = ONE.clone().requires_grad_()
    consistency_losses(scores, OTHER, LENGTHS).sum().backward()
    assert scores.grad is not None
    assert not scores.grad[3:, 1].any()
    assert not scores.grad[:, 2].any()
