"""Smoothing: a divergence torch can name, over the frames that count."""

import torch
import torch.nn.functional as F  # noqa: N812

from speechrnn.losses.smoothing import sum_of_frames, uniform_divergences
from tests.losses.paths import random_log_probs


def test_it_is_the_divergence_from_the_uniform_distribution_summed_over_frames() -> None:
    log_probs, lengths = random_log_probs(5, batch=3, vocab=4), [5, 3, 0]
    found = uniform_divergences(log_probs, torch.tensor(lengths))
    for row, length in enumerate(lengths):
        uniform = torch.full((length, 4), 0.25, dtype=torch.float64)
        torch.testing.assert_close(found[row], F.kl_div(log_probs[:length, row], uniform, reduction="sum"))


def test_a_frame_without_an_opinion_costs_nothing() -> None:
    found = uniform_divergences(torch.zeros(4, 2, 7).log_softmax(2), torch.tensor([4, 2]))
    torch.testing.assert_close(found, torch.zeros(2), rtol=0, atol=1e-6)


def test_what_stands_past_an_end_is_not_counted_even_where_it_is_not_a_number() -> None:
    values = torch.tensor([[1.0, 2.0], [3.0, float("nan")]], requires_grad=True)
    total = sum_of_frames(values, torch.tensor([2, 1]))
    total.sum().backward()
    assert total.tolist() == [4, 2]
    assert values.grad is not None
    assert values.grad.tolist() == [[1, 1], [1, 0]]
