"""CTC, held against the sum over every path."""

import math

import pytest
import torch
from torch import Tensor

from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.losses.ctc import ctc_losses, reduce_losses
from speechrnn.recipe import LossConfig
from tests.losses.paths import all_paths, log_of_sum, random_log_probs

VOCAB = 3
TARGETS = [[], [1], [2], [1, 2], [1, 1], [2, 1, 2], [1, 1, 2], [2, 2, 2]]


def brute_force(log_probs: Tensor, target: list[int]) -> float:
    """Minus the log of the summed probability of every path that spells the target."""
    return -log_of_sum([score for spelt, score in all_paths(log_probs) if spelt == target])


def loss_of(log_probs: Tensor, target: list[int]) -> float:
    padded = torch.tensor([target or [0]])
    lengths = torch.tensor([len(log_probs)]), torch.tensor([len(target)])
    return float(ctc_losses(log_probs, padded, *lengths)[0])


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("time", [1, 2, 3, 5])
def test_the_loss_is_minus_the_log_of_the_sum_over_all_paths(target: list[int], time: int) -> None:
    log_probs = random_log_probs(time)
    assert loss_of(log_probs, target) == pytest.approx(brute_force(log_probs[:, 0], target), abs=1e-9)


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_the_loss_is_infinite_exactly_where_frames_are_fewer_than_needed(target: list[int]) -> None:
    for time in range(1, 7):
        assert math.isinf(loss_of(random_log_probs(time), target)) == (time < frames_needed(target))


def test_utterances_of_a_batch_do_not_touch_each_other() -> None:
    log_probs, targets = random_log_probs(5, batch=3), torch.tensor([[1, 2, 0], [2, 2, 1], [1, 0, 0]])
    losses = ctc_losses(log_probs, targets, torch.tensor([4, 5, 2]), torch.tensor([2, 3, 1]))
    expected = [
        brute_force(log_probs[:4, 0], [1, 2]),
        brute_force(log_probs[:5, 1], [2, 2, 1]),
        brute_force(log_probs[:2, 2], [1]),
    ]
    assert losses.tolist() == pytest.approx(expected, abs=1e-9)


def test_the_gradient_is_that_of_finite_differences() -> None:
    torch.manual_seed(0)
    scores = torch.randn(5, 2, VOCAB, dtype=torch.float64, requires_grad=True)
    targets, lengths = torch.tensor([[1, 2], [2, 2]]), (torch.tensor([5, 4]), torch.tensor([2, 2]))
    assert torch.autograd.gradcheck(lambda s: ctc_losses(s.log_softmax(2), targets, *lengths), (scores,))


def test_losses_are_reduced_per_label_or_per_utterance() -> None:
    losses, lengths = torch.tensor([6.0, 3.0, 0.0]), torch.tensor([4, 1, 1])
    assert float(reduce_losses(losses, lengths, LossConfig(normalize="label"))) == 9 / 6
    assert float(reduce_losses(losses, lengths, LossConfig(normalize="utterance"))) == 3
    assert float(reduce_losses(losses, torch.zeros(3, dtype=torch.int64), LossConfig())) == 9
