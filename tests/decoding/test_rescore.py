"""Rescoring of n-best lists."""

import pytest

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.rescore import rescore, score_hypotheses
from speechrnn.text.alphabet import Alphabet
from tests.decoding.toy_recurrent import toy_lm

LETTERS = Alphabet((" ", "a", "b"))
NBEST = [
    Hypothesis((2, 1, 3), -1.0, (0, 1, 2), (0.5,)),
    Hypothesis((1, 2, 1, 1, 3), -1.5, (0, 1, 2, 3, 4), (0.25,)),
    Hypothesis((3,), -2.0, (1,), (0.0,)),
    Hypothesis((), -3.0, (), (0.0,)),
]


def test_no_weights_change_no_score_and_no_order() -> None:
    rescored = rescore(NBEST, toy_lm(), LETTERS, alpha=0.0)
    assert [(one.labels, one.score, one.frames) for one in rescored] == [
        (one.labels, one.score, one.frames) for one in NBEST
    ]
    assert [one.parts for one in rescored] == [(0.5, 0.0), (0.25, 0.0), (0.0, 0.0), (0.0, 0.0)]


def test_scores_are_sums_of_their_parts_and_sorted() -> None:
    model = toy_lm()
    rescored = rescore(NBEST, model, LETTERS, alpha=2.0, beta=1.5)
    before = {one.labels: one for one in NBEST}
    assert [one.score for one in rescored] == sorted((one.score for one in rescored), reverse=True)
    for one in rescored:
        text = " ".join(LETTERS.decode(one.labels).split())
        part = 2.0 * model.score_text(text) + 1.5 * len(text)
        assert one.parts == pytest.approx((*before[one.labels].parts, part), abs=1e-5)
        assert one.score == pytest.approx(before[one.labels].score + part, abs=1e-5)


def test_a_model_of_words_rescores_what_characters_spell() -> None:
    model = toy_lm(("a", "b"), unit="word")
    log_probs, counts = score_hypotheses(NBEST, model, LETTERS)
    assert counts.tolist() == [2, 2, 1, 0]
    assert log_probs == pytest.approx([model.score_text(text) for text in ("a b", "a b", "b", "")], abs=1e-5)


def test_a_heavy_model_turns_the_order_over() -> None:
    model = toy_lm()
    likeliest = max(NBEST, key=lambda one: model.score_text(" ".join(LETTERS.decode(one.labels).split())))
    assert likeliest.labels != NBEST[0].labels
    assert rescore(NBEST, model, LETTERS, alpha=100.0)[0].labels == likeliest.labels


def test_equals_stay_in_their_order_and_nothing_stays_nothing() -> None:
    twins = [Hypothesis((2,), -1.0, (4,)), Hypothesis((2,), -1.0, (3,))]
    assert [one.frames for one in rescore(twins, toy_lm(), LETTERS, alpha=1.0)] == [(4,), (3,)]
    assert rescore([], toy_lm(), LETTERS, alpha=1.0) == []
