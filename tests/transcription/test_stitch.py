"""Words of two windows are joined without losing one or saying one twice."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.transcription.stitch import Words, stitch
from speechrnn.transcription.transcript import Word


def words(*entries: tuple[str, float, float]) -> Words:
    return tuple(Word(text, start, end, 1.0) for text, start, end in entries)


def text(found: Words) -> str:
    return " ".join(word.text for word in found)


def joined(before: Words, after: Words, shared: tuple[float, float]) -> str:
    first, second = stitch(before, after, shared)
    return text((*first, *second))


def test_the_join_lies_between_words_near_the_middle() -> None:
    before = words(("one", 8, 9), ("two", 10, 11), ("three", 11.4, 12.3), ("fo", 13.5, 14))
    after = words(("wo", 10.2, 11), ("three", 11.4, 12.3), ("four", 13.5, 14.5), ("five", 15, 16))
    first, second = stitch(before, after, (10, 14))
    assert (text(first), text(second)) == ("one two three", "four five")


def test_words_that_the_windows_place_a_little_apart_are_said_once() -> None:
    before = words(("a", 0, 1.00), ("b", 1.00, 2.02), ("c", 2.02, 3), ("x", 3, 4))
    after = words(("y", 0, 0.98), ("b", 0.98, 1.97), ("c", 1.97, 3.04), ("d", 3.04, 5))
    assert joined(before, after, (0, 4)) == "a b c d"


def test_a_gap_that_both_hear_is_worth_more_than_the_middle() -> None:
    before = words(("long", 0, 2.9), ("b", 2.9, 4))
    after = words(("ong", 0, 2.9), ("b", 2.9, 5))
    first, second = stitch(before, after, (0, 4))
    assert (text(first), text(second)) == ("long", "b")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (words(), words(), ""),
        (words(("a", 0, 1)), words(), "a"),
        (words(), words(("b", 5, 6)), "b"),
        (words(("a", 0, 4)), words(("a", 2, 4), ("b", 4, 5)), "a b"),
        (words(("a", 0, 3), ("b", 3, 4.0000000001)), words(("a", 1.9999999999, 3), ("b", 3, 5)), "a b"),
    ],
)
def test_few_words_or_none_are_no_special_case(before: Words, after: Words, expected: str) -> None:
    assert joined(before, after, (2, 4)) == expected


def heard(word: Word, whole: bool) -> tuple[str, float, float]:
    return word.text if whole else "?", word.start_seconds, word.end_seconds


@given(st.lists(st.floats(0.05, 1.5), min_size=1, max_size=40), st.data())
@settings(max_examples=100, deadline=None)
def test_what_two_windows_hear_alike_comes_out_once(lengths: list[float], data: st.DataObject) -> None:
    edges = [0.0, *itertools.accumulate(lengths)]
    spoken = words(*((str(number), *span) for number, span in enumerate(itertools.pairwise(edges))))
    end = edges[-1]
    low = data.draw(st.floats(0, end))
    high = low + 2 * max(lengths)
    # Each window hears the words that it holds whole, and garbles those that its edge cuts.
    before = words(*(heard(word, word.end_seconds <= high) for word in spoken if word.start_seconds < high))
    after = words(*(heard(word, word.start_seconds >= low) for word in spoken if word.end_seconds > low))
    assert joined(before, after, (low, high)) == text(spoken)
