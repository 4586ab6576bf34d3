"""The interval against closed forms and scipy's bootstrap."""

import numpy as np
import pytest
from scipy import stats

from speechrnn.scoring import bootstrap
from speechrnn.scoring.bootstrap import wer_interval
from speechrnn.scoring.errors import ErrorCounts


def _counts(num_utterances: int, seed: int = 0) -> list[ErrorCounts]:
    rng = np.random.default_rng(seed)
    wrong = rng.integers(0, 3, size=num_utterances)
    return [ErrorCounts(hits=8 - int(errors), substitutions=int(errors)) for errors in wrong]


def test_utterances_that_are_all_alike_give_an_interval_of_no_width() -> None:
    low, high = wer_interval([ErrorCounts(hits=3, substitutions=1)] * 20, samples=200, seed=1)
    assert (low, high) == (pytest.approx(25.0), pytest.approx(25.0))


def test_no_errors_give_zero() -> None:
    assert wer_interval([ErrorCounts(hits=8)] * 30, samples=200, seed=1) == (0.0, 0.0)


def test_no_utterances_give_zero() -> None:
    assert wer_interval([], samples=200, seed=1) == (0.0, 0.0)


def test_one_wrong_utterance_in_two_spans_all_three_possible_rates() -> None:
    low, high = wer_interval([ErrorCounts(hits=1), ErrorCounts(substitutions=1)], samples=1000, seed=1)
    assert (low, high) == (0.0, 100.0)


def test_interval_holds_the_rate_and_shrinks_with_the_square_root_of_the_size() -> None:
    def width(num_utterances: int) -> float:
        counts = _counts(num_utterances)
        low, high = wer_interval(counts, samples=2000, seed=3)
        assert low < sum(counts, ErrorCounts()).rate < high
        return high - low

    assert width(100) / width(1600) == pytest.approx(4.0, rel=0.2)


def test_interval_equals_that_of_scipy() -> None:
    counts = _counts(60)
    errors = np.array([one.errors for one in counts])
    lengths = np.array([one.reference_length for one in counts])
    expected = stats.bootstrap(
        (errors, lengths),
        lambda e, n, axis: 100 * e.sum(axis) / n.sum(axis),
        paired=True,
        vectorized=True,
        n_resamples=20000,
        method="percentile",
        rng=np.random.default_rng(5),
    ).confidence_interval
    assert wer_interval(counts, samples=20000, seed=7) == pytest.approx(tuple(expected), abs=0.35)


def test_same_seed_same_interval_and_another_seed_another() -> None:
    counts = _counts(50)
    assert wer_interval(counts, samples=300, seed=4) == wer_interval(counts, samples=300, seed=4)
    assert wer_interval(counts, samples=300, seed=4) != wer_interval(counts, samples=300, seed=5)


def test_interval_does_not_depend_on_how_the_draws_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = _counts(50)
    whole = wer_interval(counts, samples=300, seed=4)
    monkeypatch.setattr(bootstrap, "_DRAWS_PER_BLOCK", 700)
    assert wer_interval(counts, samples=300, seed=4) == whole


def test_empty_references_only_follow_the_house_rule_without_a_division_by_zero() -> None:
    assert wer_interval([ErrorCounts(), ErrorCounts()], samples=100, seed=1) == (0.0, 0.0)
