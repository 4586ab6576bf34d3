"""Confusions worked by hand."""

import pytest

from speechrnn.scoring.confusion import Confusion, confusions
from speechrnn.scoring.errors import score


def test_confusions_come_most_frequent_first_and_ties_in_alphabetical_order() -> None:
    references = ["five", "five nine", "one", "two"]
    hypotheses = ["nine", "nine nine", "won", "too"]
    assert confusions(references, hypotheses) == [
        Confusion("five", "nine", 2),
        Confusion("one", "won", 1),
        Confusion("two", "too", 1),
    ]


def test_deletion_has_an_empty_hypothesis_and_insertion_an_empty_reference() -> None:
    assert confusions(["one two"], ["two"]) == [Confusion("one", "", 1)]
    assert confusions(["two"], ["one two"]) == [Confusion("", "one", 1)]


def test_right_words_are_no_confusion() -> None:
    assert confusions(["one two", ""], ["one two", ""]) == []


def test_counts_add_up_to_the_word_errors() -> None:
    references, hypotheses = ["a b c d", "", "a a"], ["b x d d e", "a", ""]
    assert sum(one.count for one in confusions(references, hypotheses)) == score(references, hypotheses).words.errors


def test_sequences_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="1 references against 0 hypotheses"):
        confusions(["a"], [])
