"""The plan of an epoch, and the batches of a scoring."""

import numpy as np
import pytest
from lhotse import CutSet
from lhotse.cut import MonoCut

from speechrnn.data.batches import padded_seconds, plan_epoch, plan_evaluation
from speechrnn.recipe import TrainingConfig

CONFIG = TrainingConfig(batch_seconds=20.0)


@pytest.fixture(scope="module")
def cuts() -> CutSet:
    """Two hundred utterances of one to eight seconds."""
    seconds = np.random.default_rng(0).uniform(1, 8, 200)
    return cuts_of(*(round(float(length), 3) for length in seconds))


def cuts_of(*seconds: float) -> CutSet:
    return CutSet.from_cuts(
        MonoCut(id=f"u{number:03}", start=0, duration=length, channel=0) for number, length in enumerate(seconds)
    )


def ids(plan: list[CutSet]) -> list[list[str]]:
    return [[cut.id for cut in batch] for batch in plan]


@pytest.mark.parametrize("epoch", range(3))
def test_an_epoch_has_every_utterance_exactly_once(cuts: CutSet, epoch: int) -> None:
    planned = [name for batch in ids(plan_epoch(cuts, CONFIG, 1, epoch)) for name in batch]
    assert len(planned) == len(set(planned)) == 200
    assert set(planned) == {cut.id for cut in cuts}


def test_the_same_seed_and_epoch_give_the_same_plan(cuts: CutSet) -> None:
    assert ids(plan_epoch(cuts, CONFIG, 1, 2)) == ids(plan_epoch(cuts, CONFIG, 1, 2))


def test_another_epoch_or_seed_gives_other_batches_in_another_order(cuts: CutSet) -> None:
    plan = ids(plan_epoch(cuts, CONFIG, 1, 0))
    for other in (ids(plan_epoch(cuts, CONFIG, 1, 1)), ids(plan_epoch(cuts, CONFIG, 2, 0))):
        assert other != plan
        assert {frozenset(batch) for batch in other} != {frozenset(batch) for batch in plan}


def test_without_jitter_only_the_order_of_batches_changes(cuts: CutSet) -> None:
    still = TrainingConfig(batch_seconds=20.0, length_jitter=0.0)
    first, second = (ids(plan_epoch(cuts, still, 1, epoch)) for epoch in (0, 1))
    assert first != second
    assert {frozenset(batch) for batch in first} == {frozenset(batch) for batch in second}


@pytest.mark.parametrize("epoch", range(5))
def test_the_curriculum_goes_from_short_to_long_for_its_epochs_and_then_the_longest_batch_comes_first(
    cuts: CutSet, epoch: int
) -> None:
    config = TrainingConfig(batch_seconds=20.0, length_jitter=0.0, curriculum_epochs=3)
    plan = plan_epoch(cuts, config, 1, epoch)
    seconds = [cut.duration for batch in plan for cut in batch]
    assert len(seconds) == 200
    assert (seconds == sorted(seconds)) == (epoch < 3)
    if epoch >= 3:
        assert ids(plan) == ids(plan_epoch(cuts, TrainingConfig(batch_seconds=20.0, length_jitter=0.0), 1, epoch))


def test_the_curriculum_still_draws_other_batches_every_epoch(cuts: CutSet) -> None:
    config = TrainingConfig(batch_seconds=20.0, curriculum_epochs=2)
    assert ids(plan_epoch(cuts, config, 1, 0)) != ids(plan_epoch(cuts, config, 1, 1))
    longest = [max(cut.duration for cut in batch) for batch in plan_epoch(cuts, config, 1, 0)]
    assert longest == pytest.approx(sorted(longest), rel=0.11)


@pytest.mark.parametrize("epoch", range(5))
def test_the_longest_batch_comes_first(cuts: CutSet, epoch: int) -> None:
    sizes = [padded_seconds(batch) for batch in plan_epoch(cuts, CONFIG, 1, epoch)]
    assert sizes[0] == max(sizes)
    assert sizes[1:] != sorted(sizes[1:])


@pytest.mark.parametrize("batch_seconds", [8.5, 20.0, 100.0])
def test_no_batch_is_longer_than_asked_with_its_padding_counted(cuts: CutSet, batch_seconds: float) -> None:
    config = TrainingConfig(batch_seconds=batch_seconds)
    for plan in (plan_epoch(cuts, config, 1, 0), plan_evaluation(cuts, batch_seconds)):
        assert max(padded_seconds(batch) for batch in plan) <= batch_seconds
        # and they are filled: no two neighbours by length would have fitted into one
        assert sum(padded_seconds(batch) for batch in plan) > 0.5 * batch_seconds * len(plan)


def test_an_utterance_longer_than_a_batch_goes_alone() -> None:
    plan = plan_epoch(cuts_of(30.0, 1.0, 1.1, 40.0), CONFIG, 1, 0)
    assert sorted(sorted(batch) for batch in ids(plan)) == [["u000"], ["u001", "u002"], ["u003"]]
    assert ids(plan)[0] == ["u003"]


def padding_waste(plan: list[CutSet]) -> float:
    return 1 - sum(cut.duration for batch in plan for cut in batch) / sum(padded_seconds(batch) for batch in plan)


def test_padding_wastes_little(cuts: CutSet) -> None:
    assert padding_waste(plan_epoch(cuts, CONFIG, 1, 0)) < 0.1
    assert padding_waste(plan_evaluation(cuts, 20.0)) < 0.05


def test_padding_is_counted_as_worked_by_hand() -> None:
    batch = cuts_of(1.0, 3.0)
    assert padded_seconds(batch) == 6.0


def test_scoring_goes_by_length_longest_first_whatever_the_order(cuts: CutSet) -> None:
    plan = plan_evaluation(cuts, 20.0)
    durations = [cut.duration for batch in plan for cut in batch]
    assert durations == sorted(durations, reverse=True)
    shuffled = CutSet.from_cuts(reversed(list(cuts)))
    assert ids(plan_evaluation(shuffled, 20.0)) == ids(plan)


def test_one_utterance_is_a_plan_too() -> None:
    assert ids(plan_epoch(cuts_of(1.0), CONFIG, 1, 0)) == [["u000"]]
