"""Error counts worked by hand, by a plain dynamic programme, and by jiwer's own rates."""

import random

import jiwer
import pytest

from speechrnn.scoring.errors import ErrorCounts, align_words, score, score_each


@pytest.mark.parametrize(
    ("reference", "hypothesis", "words", "characters"),
    [
        ("one two", "one two", ErrorCounts(2, 0, 0, 0), ErrorCounts(7, 0, 0, 0)),
        ("one two", "one too", ErrorCounts(1, 1, 0, 0), ErrorCounts(6, 1, 0, 0)),
        ("one two", "one", ErrorCounts(1, 0, 1, 0), ErrorCounts(3, 0, 4, 0)),
        ("one", "one two", ErrorCounts(1, 0, 0, 1), ErrorCounts(3, 0, 0, 4)),
        ("a b c", "b c d", ErrorCounts(2, 0, 1, 1), ErrorCounts(2, 3, 0, 0)),
    ],
)
def test_counts_worked_by_hand(reference: str, hypothesis: str, words: ErrorCounts, characters: ErrorCounts) -> None:
    result = score([reference], [hypothesis])
    assert result.words == words
    assert result.characters == characters


def test_rates_are_percent_of_the_reference() -> None:
    result = score(["one two three four", "five"], ["one two tree", "five"])
    assert result.words == ErrorCounts(hits=3, substitutions=1, deletions=1, insertions=0)
    assert result.wer == pytest.approx(40.0)
    assert result.ser == pytest.approx(50.0)
    assert (result.utterances, result.wrong_utterances) == (2, 1)


def test_spaces_between_words_count_as_characters() -> None:
    assert score(["a b"], ["ab"]).characters == ErrorCounts(hits=2, substitutions=0, deletions=1, insertions=0)


def test_white_space_of_any_kind_and_amount_is_one_space() -> None:
    assert score(["one  two\t three\n"], [" one two three"]).words == ErrorCounts(hits=3)


def test_empty_reference_counts_every_word_as_an_insertion() -> None:
    result = score([""], ["one two"])
    assert result.words == ErrorCounts(insertions=2)
    assert result.words.reference_length == 0
    assert result.wer == pytest.approx(200.0)
    assert result.ser == pytest.approx(100.0)


def test_empty_reference_adds_errors_but_no_length_to_a_pool() -> None:
    result = score(["", "one two"], ["uh", "one two"])
    assert result.wer == pytest.approx(50.0)


def test_empty_hypothesis_counts_every_word_as_a_deletion() -> None:
    result = score(["one two"], [""])
    assert result.words == ErrorCounts(deletions=2)
    assert result.wer == pytest.approx(100.0)


def test_silence_heard_as_silence_is_no_error() -> None:
    result = score([""], [""])
    assert result.words == ErrorCounts()
    assert (result.wer, result.cer, result.ser) == (0.0, 0.0, 0.0)


def test_no_utterances_score_nothing() -> None:
    assert (score([], []).utterances, score([], []).wer, score([], []).ser) == (0, 0.0, 0.0)


def test_insertions_alone_can_pass_a_hundred_percent() -> None:
    assert score(["a"], ["b c d"]).wer == pytest.approx(300.0)


def test_sequences_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 references against 1 hypotheses"):
        score(["a", "b"], ["a"])


def test_pooled_counts_are_the_sum_of_each() -> None:
    references, hypotheses = _random_pairs(seed=1)
    each = score_each(references, hypotheses)
    assert len(each) == len(references)
    assert sum((one.words for one in each), ErrorCounts()) == score(references, hypotheses).words
    assert sum(one.wrong_utterances for one in each) == score(references, hypotheses).wrong_utterances


@pytest.mark.parametrize("seed", range(5))
def test_rates_equal_those_of_jiwer(seed: int) -> None:
    references, hypotheses = _random_pairs(seed)
    result = score(references, hypotheses)
    assert result.wer == pytest.approx(100 * jiwer.wer(references, hypotheses))
    assert result.cer == pytest.approx(100 * jiwer.cer(references, hypotheses))


@pytest.mark.parametrize("seed", range(5))
def test_errors_equal_the_edit_distance_of_a_plain_dynamic_programme(seed: int) -> None:
    references, hypotheses = _random_pairs(seed)
    for reference, hypothesis, one in zip(references, hypotheses, score_each(references, hypotheses), strict=True):
        assert one.words.errors == _edit_distance(reference.split(), hypothesis.split())
        assert one.characters.errors == _edit_distance(list(reference), list(hypothesis))
        assert one.words.reference_length == len(reference.split())
        assert one.words.hits + one.words.substitutions + one.words.insertions == len(hypothesis.split())


def test_alignment_names_the_words_of_each_side() -> None:
    aligned = align_words(["a  b"], ["a c"])
    assert aligned.references == [["a", "b"]]
    assert aligned.hypotheses == [["a", "c"]]


def _random_pairs(seed: int) -> tuple[list[str], list[str]]:
    rng = random.Random(seed)

    def sentence(shortest: int) -> str:
        return " ".join(rng.choices(["ja", "nein", "a", "ab"], k=rng.randint(shortest, 7)))

    return [sentence(1) for _ in range(20)], [sentence(0) for _ in range(20)]


def _edit_distance(source: list[str], target: list[str]) -> int:
    row = list(range(len(target) + 1))
    for i, one in enumerate(source, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(target, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (one != other))
    return row[-1]
