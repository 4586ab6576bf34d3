"""The entropy of the paths of a text, held against all of them."""

import pytest
import torch
from torch import Tensor

from speechrnn.losses.entropy import path_entropies
from tests.losses.paths import all_paths, random_log_probs

TARGETS = torch.tensor([[1, 2], [2, 2], [1, 0], [0, 0], [2, 2]])
TARGET_LENGTHS = torch.tensor([2, 2, 1, 0, 2])
LENGTHS = torch.tensor([6, 4, 1, 3, 3])


def brute_force(log_probs: Tensor, target: list[int]) -> float:
    scores = torch.tensor([score for text, score in all_paths(log_probs) if text == target], dtype=torch.float64)
    return float(torch.distributions.Categorical(logits=scores).entropy())


def test_it_is_the_entropy_of_the_distribution_over_the_paths_that_spell_the_text() -> None:
    log_probs = random_log_probs(6, batch=5)
    found = path_entropies(log_probs, TARGETS, LENGTHS, TARGET_LENGTHS)
    for row, (length, count) in enumerate(zip(LENGTHS.tolist(), TARGET_LENGTHS.tolist(), strict=True)):
        expected = brute_force(log_probs[:length, row], TARGETS[row, :count].tolist())
        assert float(found[row]) == pytest.approx(expected, abs=1e-9)


def test_of_one_path_only_it_is_nothing() -> None:
    # "2 2" in three frames, the empty text, one label in one frame.
    found = path_entropies(random_log_probs(6, batch=5), TARGETS, LENGTHS, TARGET_LENGTHS)
    assert found[2:].tolist() == pytest.approx([0, 0, 0], abs=1e-9)


def test_the_gradient_is_that_of_finite_differences() -> None:
    torch.manual_seed(0)
    scores = torch.randn(6, 5, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda s: path_entropies(s.log_softmax(2), TARGETS, LENGTHS, TARGET_LENGTHS), (scores,)
    )


def test_it_stays_finite_where_frames_are_all_but_certain() -> None:
    log_probs = random_log_probs(60, batch=2, sharpness=200).float().requires_grad_()
    path_entropies(log_probs, TARGETS[:2], torch.tensor([60, 50]), TARGET_LENGTHS[:2]).sum().backward()
    assert log_probs.grad is not None
    assert bool(torch.isfinite(log_probs.grad).all())
