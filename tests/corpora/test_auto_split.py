from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.auto_split import assign_splits as assign_splits_lazily
from speechrnn.corpora.draw import draw
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

CONFIG = CorpusConfig(name="folder")


def utterances(count: int, num_speakers: int, split: str = UNDECIDED) -> list[Utterance]:
    return [
        Utterance(
            utterance_id=f"u{number}",
            split=split,
            path=Path(f"u{number}.wav"),
            text="a",
            speaker=f"s{number % num_speakers}" if num_speakers else None,
        )
        for number in range(count)
    ]


def assign_splits(items: list[Utterance | Problem], config: CorpusConfig) -> tuple[Utterance | Problem, ...]:
    listing = assign_splits_lazily(items, config)
    result = tuple(listing.utterances)
    assert tuple(listing.utterances) == result  # a second walk finds the same
    assert listing.num_utterances == len(items)
    return result


def speakers_of(result: tuple[Utterance, ...], split: str) -> set[str | None]:
    return {utterance.speaker for utterance in result if utterance.split == split}


@pytest.mark.parametrize("num_speakers", [3, 4, 10, 20])
def test_no_speaker_is_heard_in_two_splits(num_speakers: int) -> None:
    result = assign_splits(utterances(60, num_speakers), CONFIG)
    train, dev, test = (speakers_of(result, split) for split in ("train", "dev", "test"))
    assert not (train | dev) & test
    assert not train & dev
    assert train
    assert dev
    assert test
    assert [u.utterance_id for u in result] == [f"u{number}" for number in range(60)]


@pytest.mark.parametrize("num_speakers", [0, 1, 2])
def test_without_enough_speakers_utterances_are_drawn(num_speakers: int) -> None:
    counts = Counter(utterance.split for utterance in assign_splits(utterances(100, num_speakers), CONFIG))
    assert counts == {"test": 10, "dev": 9, "train": 81}


def test_the_seed_decides_and_nothing_else() -> None:
    many = utterances(60, 20)
    first = {u.utterance_id: u.split for u in assign_splits(many, CONFIG)}
    assert {u.utterance_id: u.split for u in assign_splits(many[::-1], CONFIG)} == first
    other = assign_splits(many, CorpusConfig(name="folder", split_seed=1))
    assert {u.utterance_id: u.split for u in other} != first


def test_a_published_split_is_kept_and_only_a_missing_dev_is_drawn() -> None:
    published = utterances(40, 10, "train") + [u for u in utterances(60, 10, "test") if int(u.utterance_id[1:]) >= 40]
    result = assign_splits(published, CONFIG)
    assert [u for u in result if u.split == "test"] == published[40:]
    assert len(speakers_of(result, "dev")) == 1
    assert not speakers_of(result, "dev") & speakers_of(result, "train")


def test_a_published_split_with_dev_stays_as_it_is() -> None:
    published = utterances(4, 2, "train") + utterances(4, 2, "dev")
    assert assign_splits(published, CONFIG) == tuple(published)


def test_a_split_for_some_only_is_an_error() -> None:
    mixed = utterances(3, 0, "train") + utterances(2, 0)
    with pytest.raises(CorpusError, match=r"u0\.wav: has no split, as 2 of 5 utterances, while the others have"):
        assign_splits(mixed, CONFIG)


def test_a_left_out_speaker_is_test_whole() -> None:
    result = assign_splits(utterances(60, 6), CorpusConfig(name="folder", leave_out="s4"))
    assert speakers_of(result, "test") == {"s4"}
    assert "s4" not in speakers_of(result, "train") | speakers_of(result, "dev")
    with pytest.raises(CorpusError, match="no speaker 's9' to leave out; known are s0, s1"):
        assign_splits(utterances(60, 2), CorpusConfig(name="folder", leave_out="s9"))


@given(
    groups=st.lists(st.sampled_from([None, "ann", "bob", "cy", "dee", "u1", "u2"]), max_size=30),
    seed=st.integers(0, 3),
    fraction=st.floats(0.01, 0.49),
    published=st.booleans(),
)
def test_what_is_drawn_walking_is_what_is_drawn_from_names_in_memory(
    groups: list[str | None], seed: int, fraction: float, published: bool
) -> None:
    split = "train" if published else UNDECIDED
    items = [
        Utterance(utterance_id=f"u{number}", split=split, path=Path("a.wav"), text="a", speaker=speaker)
        for number, speaker in enumerate(groups)
    ]
    named = {item.utterance_id: item.speaker or item.utterance_id for item in items}
    if len(set(named.values())) < (2 if published else 3):
        named = {name: name for name in named}
    test = frozenset() if published else draw(named.values(), fraction, seed)
    dev = draw(set(named.values()) - test, fraction, seed)
    expected = ["test" if named[u] in test else "dev" if named[u] in dev else "train" for u in named]
    config = CorpusConfig(name="folder", dev_fraction=fraction, split_seed=seed)
    assert [item.split for item in assign_splits(items, config)] == expected


def test_problems_pass_through_where_they_stand_and_draw_nothing() -> None:
    many = utterances(60, 20)
    problem = Problem("u3x", "u3x.wav", "missing_text", "no transcript")
    result = assign_splits([*many[:3], problem, *many[3:]], CONFIG)
    assert result[3] is problem
    assert (*result[:3], *result[4:]) == assign_splits(many, CONFIG)


def test_an_utterance_with_a_fault_takes_no_place_in_a_draw_and_needs_no_split() -> None:
    fault = Problem("bad", "mine.csv", "bad_line", "split 'trian'; wanted train", "mine.csv:3")
    good = utterances(40, 0)
    bad = [replace(one, utterance_id=f"bad{number}", faults=(fault,)) for number, one in enumerate(good)]
    mixed = assign_splits([*bad, *good], CONFIG)
    assert mixed[40:] == assign_splits(good, CONFIG)
    assert {one.split for one in mixed[:40] if isinstance(one, Utterance)} == {"train"}
    published = utterances(3, 0, "train") + utterances(3, 0, "dev")
    assert assign_splits([*bad, *published], CONFIG)[40:] == tuple(published)


def test_what_has_no_split_is_named_with_its_line() -> None:
    listed = [replace(one, text_file=Path("mine.csv"), line=7) for one in utterances(2, 0)]
    with pytest.raises(CorpusError, match=r"u0\.wav \(mine\.csv:7\): has no split, as 2 of 5 utterances"):
        assign_splits(utterances(3, 0, "train") + listed, CONFIG)
