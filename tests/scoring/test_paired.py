"""The paired bootstrap against every resampling there is, and against the sign test's closed form."""

from itertools import product

import pytest

from speechrnn.scoring import paired
from speechrnn.scoring.bootstrap import wer_interval
from speechrnn.scoring.errors import ErrorCounts
from speechrnn.scoring.paired import PairedTest, Tally, paired_bootstrap, pool


def system(*errors: int, length: int = 10) -> dict[str, Tally]:
    return {f"u{number}": Tally(count, length) for number, count in enumerate(errors)}


def enumerate_all(baseline: dict[str, Tally], candidate: dict[str, Tally]) -> tuple[float, float]:
    """The exact probabilities of no gain and of no loss, from each of the n^n resamplings, by the two rates."""
    not_better = not_worse = 0
    resamplings = list(product(baseline, repeat=len(baseline)))
    for drawn in resamplings:
        one = sum((baseline[unit] for unit in drawn), Tally()).rate
        other = sum((candidate[unit] for unit in drawn), Tally()).rate
        not_better += other >= one - 1e-12
        not_worse += other <= one + 1e-12
    return not_better / len(resamplings), not_worse / len(resamplings)


@pytest.mark.parametrize(
    ("baseline", "candidate"),
    [
        ([3, 1, 2, 4, 0], [1, 1, 2, 2, 1]),
        ([1, 0, 2, 0], [0, 1, 1, 0]),
        ([0, 0, 1], [2, 0, 1]),
        ([5, 0, 0, 0, 0], [0, 1, 1, 1, 1]),
    ],
)
def test_p_is_that_of_all_resamplings(baseline: list[int], candidate: list[int]) -> None:
    one, other = system(*baseline), system(*candidate)
    not_better, not_worse = enumerate_all(one, other)
    test = paired_bootstrap(one, other, samples=40_000, seed=1)
    assert test.p_better == pytest.approx(not_better, abs=0.01)
    assert test.p_different == pytest.approx(min(1, 2 * min(not_better, not_worse)), abs=0.02)


def test_one_unit_saved_of_n_is_missed_by_as_many_resamplings_as_the_closed_form_says() -> None:
    num_units = 12
    test = paired_bootstrap(system(*[1] * 12), system(0, *[1] * 11), samples=40_000, seed=2)
    assert test.p_better == pytest.approx((1 - 1 / num_units) ** num_units, abs=0.01)


def test_equal_systems_are_neither_better_nor_different() -> None:
    test = paired_bootstrap(system(1, 2, 3), system(1, 2, 3), samples=100, seed=1)
    assert (test.gain, test.gain_low, test.gain_high, test.p_better, test.p_different) == (0, 0, 0, 1, 1)


def test_a_gain_on_every_unit_has_the_smallest_p_there_is_and_no_smaller() -> None:
    test = paired_bootstrap(system(2, 3, 4), system(1, 2, 3), samples=999, seed=1)
    assert (test.p_better, test.p_different) == (pytest.approx(0.001), pytest.approx(0.002))
    assert (test.gain, test.gain_low, test.gain_high) == (pytest.approx(10), pytest.approx(10), pytest.approx(10))
    assert test.relative_gain == pytest.approx(100 / 3)


def test_a_loss_is_not_taken_for_a_gain_but_for_a_difference() -> None:
    test = paired_bootstrap(system(1, 2, 3), system(2, 3, 4), samples=999, seed=1)
    assert (test.p_better, test.p_different) == (1.0, pytest.approx(0.002))
    assert test.relative_gain == pytest.approx(-50)


def test_changing_sides_turns_the_gain_round_and_keeps_the_two_sided_p() -> None:
    one, other = system(3, 0, 2, 1, 1), system(1, 1, 1, 0, 2)
    there, back = (paired_bootstrap(*pair, samples=500, seed=3) for pair in ((one, other), (other, one)))
    assert there.gain == pytest.approx(-back.gain)
    assert (there.gain_low, there.gain_high) == (pytest.approx(-back.gain_high), pytest.approx(-back.gain_low))
    assert there.p_different == back.p_different
    assert there.p_better != back.p_better


def test_the_interval_of_a_gain_over_a_faultless_candidate_is_that_of_the_baseline_alone() -> None:
    counts = [3, 0, 1, 2, 0, 0, 4, 1] * 5
    test = paired_bootstrap(system(*counts), system(*[0] * 40), samples=20_000, seed=4)
    alone = [ErrorCounts(hits=10 - count, substitutions=count) for count in counts]
    assert (test.gain_low, test.gain_high) == pytest.approx(wer_interval(alone, 20_000, seed=5), abs=0.3)


def test_rates_are_pooled_over_units_of_unequal_length() -> None:
    one = {"short": Tally(1, 2), "long": Tally(1, 18)}
    test = paired_bootstrap(one, {"short": Tally(0, 2), "long": Tally(1, 18)}, samples=10, seed=1)
    assert (test.units, test.baseline_rate, test.candidate_rate, test.gain) == (2, 10, 5, 5)


def test_runs_of_one_utterance_are_one_unit_so_repeating_a_run_proves_nothing() -> None:
    one, other = system(1, 0, 2, 0, 1, 1), system(0, 1, 1, 0, 1, 0)
    once = paired_bootstrap(one, other, samples=2000, seed=6)
    thrice = paired_bootstrap(pool([one] * 3), pool([other] * 3), samples=2000, seed=6)
    assert thrice.p_better == once.p_better
    assert (thrice.units, thrice.gain) == (once.units, once.gain)


def test_the_same_seed_gives_the_same_test_however_the_draws_are_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = system(3, 0, 2, 1, 1), system(1, 1, 1, 0, 2)

    def run(seed: int) -> PairedTest:
        return paired_bootstrap(one, other, samples=300, seed=seed)

    whole, second = run(1), run(2)
    assert whole != second
    monkeypatch.setattr(paired, "_DRAWS_PER_BLOCK", 70)
    assert run(1) == whole


def test_empty_references_divide_by_one_and_a_faultless_baseline_leaves_no_relative_gain() -> None:
    test = paired_bootstrap({"u": Tally(0, 0)}, {"u": Tally(2, 0)}, samples=10, seed=1)
    assert (test.baseline_rate, test.candidate_rate, test.relative_gain) == (0, 200, 0)


def test_other_units_and_other_references_are_refused() -> None:
    with pytest.raises(ValueError, match=r"3 units against 2, 2 of them the same: the same units"):
        paired_bootstrap(system(1, 2, 3), system(1, 2), samples=10, seed=1)
    with pytest.raises(ValueError, match=r"u0: reference of 10 against one of 9: the same references"):
        paired_bootstrap(system(1), system(1, length=9), samples=10, seed=1)
    with pytest.raises(ValueError, match="0 units against 0"):
        paired_bootstrap({}, {}, samples=10, seed=1)
