"""CTC-CRF, held against the sum over every path of every text."""

import math

import pytest
import torch
from torch import Tensor

from speechrnn.losses.ctc import ctc_losses
from speechrnn.losses.ctc_crf import ctc_crf_losses, denominator_scores
from speechrnn.losses.denominator import Denominator, build_denominator, text_log_weights
from speechrnn.losses.ngram import count_ngram
from tests.losses.paths import all_paths, log_of_sum, random_log_probs

TEXTS = [[1, 2], [2, 2, 1], [1], [1, 2, 2]]
ORDERS = [1, 2, 3, 4]
TARGETS = torch.tensor([[1, 2], [2, 2], [1, 0], [0, 0]])
TARGET_LENGTHS = torch.tensor([2, 2, 1, 0])
LENGTHS = torch.tensor([6, 4, 1, 3])


def graph_of(order: int) -> Denominator:
    return build_denominator(TEXTS, 3, order)


def log_weight(text: list[int], order: int) -> float:
    """What the n-gram makes of a text, label by label."""
    model, state, total = count_ngram(TEXTS, 3, order), 0, 0.0
    for label in [*text, 0]:
        total += math.log(model.probabilities[state, label])
        state = model.successors[state, label]
    return total


def every_score(log_probs: Tensor, order: int) -> list[tuple[list[int], float]]:
    weights: dict[tuple[int, ...], float] = {}
    found = []
    for text, score in all_paths(log_probs):
        weight = weights.setdefault(tuple(text), log_weight(text, order))
        found.append((text, score + weight))
    return found


@pytest.mark.parametrize("order", ORDERS)
def test_the_denominator_is_the_sum_over_every_path(order: int) -> None:
    log_probs = random_log_probs(6, batch=4)
    found = denominator_scores(log_probs, LENGTHS, graph_of(order))
    expected = [
        log_of_sum([score for _, score in every_score(log_probs[:length, row], order)])
        for row, length in enumerate(LENGTHS.tolist())
    ]
    assert found.tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_the_loss_is_minus_the_log_of_the_share_of_paths_that_spell_the_text(order: int) -> None:
    log_probs = random_log_probs(6, batch=4)
    found = ctc_crf_losses(log_probs, TARGETS, LENGTHS, TARGET_LENGTHS, graph_of(order))
    for row, (length, count) in enumerate(zip(LENGTHS.tolist(), TARGET_LENGTHS.tolist(), strict=True)):
        scores, target = every_score(log_probs[:length, row], order), TARGETS[row, :count].tolist()
        right = log_of_sum([score for text, score in scores if text == target])
        assert float(found[row]) == pytest.approx(log_of_sum([score for _, score in scores]) - right, abs=1e-9)


@pytest.mark.parametrize("order", ORDERS)
def test_the_gradient_is_that_of_finite_differences(order: int) -> None:
    torch.manual_seed(order)
    scores, graph = torch.randn(6, 4, 3, dtype=torch.float64, requires_grad=True), graph_of(order)
    # Not normalised: the recursion must not lean on frames that add up to one.
    assert torch.autograd.gradcheck(lambda s: denominator_scores(s, LENGTHS, graph), (scores,))
    assert torch.autograd.gradcheck(
        lambda s: ctc_crf_losses(s.log_softmax(2), TARGETS, LENGTHS, TARGET_LENGTHS, graph), (scores,)
    )


def test_the_gradient_of_the_denominator_is_a_distribution_over_labels_at_every_frame_and_nothing_beyond() -> None:
    log_probs = random_log_probs(6, batch=4).requires_grad_()
    denominator_scores(log_probs, LENGTHS, graph_of(3)).sum().backward()
    assert log_probs.grad is not None
    for row, length in enumerate(LENGTHS.tolist()):
        torch.testing.assert_close(log_probs.grad[:length, row].sum(1), torch.ones(length, dtype=torch.float64))
        assert not log_probs.grad[length:, row].any()


@pytest.mark.parametrize("sharpness", [1, 10, 100])
def test_float32_follows_float64_over_long_and_over_sharp_utterances(sharpness: float) -> None:
    """Where the recursion is one of plain shares, a frame may be e^-300 times less likely one way than another."""
    log_probs, lengths, graph = random_log_probs(200, 3, sharpness=sharpness), torch.tensor([200, 150, 1]), graph_of(4)
    exact, rough = log_probs.clone().requires_grad_(), log_probs.float().requires_grad_()
    wanted, found = (denominator_scores(x, lengths, graph.like(x)) for x in (exact, rough))
    torch.testing.assert_close(found.double(), wanted, rtol=1e-5, atol=1e-4)
    wanted.sum().backward()
    found.sum().backward()
    assert exact.grad is not None
    assert rough.grad is not None
    torch.testing.assert_close(rough.grad.double(), exact.grad, rtol=0, atol=1e-5)


def test_the_loss_is_never_negative_even_where_rounding_makes_the_share_more_than_all() -> None:
    # Every frame leaves room for one label only, so the paths of the text are all there is; their sum is about -500.
    torch.manual_seed(0)
    log_probs = -60 - torch.rand(160, 64, 3)
    for frame in range(160):
        log_probs[frame, :, [1, 0, 2, 0][frame % 4]] = -2 - 2 * torch.rand(64)
    arguments = torch.tensor([[1, 2] * 40] * 64), torch.tensor([160] * 64), torch.tensor([80] * 64)
    graph = build_denominator([[1, 2] * 40], 3, 2).like(log_probs)
    numerator = text_log_weights(graph, arguments[0], arguments[2]) - ctc_losses(log_probs, *arguments)
    assert bool((denominator_scores(log_probs, arguments[1], graph) < numerator).any()), "rounding did no harm here"
    losses = ctc_crf_losses(log_probs, *arguments, graph)
    assert 0 <= float(losses.min()) <= float(losses.max()) < 1e-3


def test_the_loss_is_infinite_where_no_path_exists_as_ctc_is() -> None:
    log_probs = random_log_probs(2)
    arguments = torch.tensor([[1, 1]]), torch.tensor([2]), torch.tensor([2])
    assert math.isinf(float(ctc_losses(log_probs, *arguments)[0]))
    assert math.isinf(float(ctc_crf_losses(log_probs, *arguments, graph_of(2))[0]))


def test_a_rival_that_the_ngram_likes_costs_more_than_one_it_does_not() -> None:
    """One frame holds 1, the right text, and beside it as loud either 2, seen in training as often, or 3, seen less."""
    graph = build_denominator([[1]] * 5 + [[2]] * 5 + [[3]], 4, order=2)
    right, seldom, often = torch.tensor([[1]]), torch.tensor([0, 0.5, 0, 0.5]), torch.tensor([0, 0.5, 0.5, 0])
    one = torch.tensor([1])
    losses = [
        float(ctc_crf_losses(x, right, one, one, graph.like(x))[0])
        for x in (rival.double().log().clamp(min=-60).view(1, 1, 4) for rival in (often, seldom))
    ]
    assert losses[0] == pytest.approx(math.log(2))
    assert losses[1] < losses[0] / 2
