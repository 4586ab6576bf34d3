"""Phrases that the utterance does not bear out are rejected."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.decoding.fusion import Table
from speechrnn.decoding.grammar import GrammarGraph
from speechrnn.decoding.grammar_parse import parse_grammar
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.decoding.rejection import Rejection, choose_threshold, log_ratio, longest_pause, without_words
from speechrnn.text.alphabet import Alphabet

LETTERS = Alphabet(tuple(" abcd"))
STEP = 0.02


def _spell(text: str) -> np.ndarray:
    path = [label for symbol in text for label in (LETTERS.encode(symbol)[0], 0)]
    probabilities = np.full((len(path), LETTERS.size), 0.02)
    probabilities[np.arange(len(path)), path] = 1 - 0.02 * (LETTERS.size - 1)
    return np.log(probabilities)


def _recognise(text: str) -> list[Hypothesis]:
    graph = GrammarGraph(parse_grammar("ab\nab ad", "g"), LETTERS)
    return prefix_beam(_spell(text), graphs=[Table(graph, LETTERS.size)], options=BeamOptions())


def test_phrases_of_the_grammar_are_accepted_and_others_rejected() -> None:
    rejection = Rejection(threshold=-0.5)
    accepted = {
        text: rejection.accepts(_recognise(text), LETTERS, STEP) for text in ("ab", "ab ad", "cd", "ab cd", "abab", "")
    }
    assert accepted == {"ab": True, "ab ad": True, "cd": False, "ab cd": False, "abab": False, "": False}


def test_a_refusal_says_what_was_too_low_or_too_long() -> None:
    rejection = Rejection(-0.71, max_pause_seconds=2.0)
    stretched = Hypothesis(tuple(LETTERS.encode("ab")), 0.0, (0, 150))
    low = Hypothesis(tuple(LETTERS.encode("ab")), -2.46, (0, 5))
    assert rejection.refusal([low], LETTERS, STEP) == "-1.23 < -0.71"
    assert rejection.refusal([stretched], LETTERS, STEP) == "3.0 s from one letter of a word to the next"
    assert rejection.refusal([replace(low, score=-1.42)], LETTERS, STEP) == ""
    assert without_words(low) == Hypothesis((), -2.46, ())


def test_the_ratio_is_the_acoustic_log_probability_of_a_label() -> None:
    best = Hypothesis((1, 2), -1.0, (0, 1), (-3.0, 0.5))
    assert log_ratio([best, Hypothesis((3,), -2.0, (0,))]) == pytest.approx((-1.0 + 2.5) / 2)
    assert log_ratio([Hypothesis((), -0.5, ())]) == -0.5


def test_nothing_found_is_rejected_by_any_threshold() -> None:
    assert log_ratio([]) == -np.inf
    assert not Rejection(-np.inf).accepts([], LETTERS, STEP)


def test_pauses_count_inside_words_only() -> None:
    hypothesis = Hypothesis(tuple(LETTERS.encode("ab cd")), 0.0, (2, 5, 90, 200, 207))
    assert longest_pause(hypothesis, LETTERS) == 7
    assert longest_pause(Hypothesis((), 0.0, ()), LETTERS) == 0
    assert longest_pause(Hypothesis((1, 2), 0.0, (0, 500)), Alphabet(("yes", "no"), "word")) == 0


def test_a_word_stretched_over_other_speech_is_rejected() -> None:
    best = Hypothesis(tuple(LETTERS.encode("ab")), 0.0, (0, 100))
    assert Rejection(-1.0, max_pause_seconds=2.0).accepts([best], LETTERS, STEP)
    assert not Rejection(-1.0, max_pause_seconds=1.9).accepts([best], LETTERS, STEP)


def test_a_further_utterance_is_lost_with_at_most_the_share_asked_for() -> None:
    # Of 199 and a further one, by symmetry each of the 200 ranks is as likely: one of two ranks falls below the second.
    assert choose_threshold(list(range(199)), false_rejection=0.01) == 1
    assert choose_threshold(list(range(300)), false_rejection=0.01) == 2
    assert choose_threshold(list(range(99)), false_rejection=0.1) == 9


def test_too_few_utterances_lose_none_of_them() -> None:
    assert choose_threshold([-0.3, -0.9, -0.1], false_rejection=0.01) == -0.9
    assert choose_threshold([-0.3, -0.9], false_rejection=0.0) == -0.9


def test_with_utterances_outside_the_threshold_lies_half_way_to_them() -> None:
    assert choose_threshold([-1.0, -0.5], [-9.0, -3.0]) == -2.0
    assert choose_threshold([-1.0, -0.5], [-0.7, -3.0]) == -2.0
    assert choose_threshold([-1.0, -0.5], [-0.7]) == -1.0
    assert choose_threshold([-1.0, -0.5], []) == -1.0


RATIOS = st.lists(st.floats(-20, 0), min_size=1, max_size=30)


@given(inside=RATIOS, outside=RATIOS, share=st.floats(0, 0.5))
def test_utterances_outside_never_cost_one_inside_nor_let_one_in(
    inside: list[float], outside: list[float], share: float
) -> None:
    alone, both = choose_threshold(inside, None, share), choose_threshold(inside, outside, share)
    assert both <= alone
    assert sum(ratio < both for ratio in outside) == sum(ratio < alone for ratio in outside)
    assert sum(ratio < alone for ratio in inside) <= share * (len(inside) + 1)


@pytest.mark.parametrize(("inside", "share"), [([], 0.01), ([-1.0], 1.0), ([-1.0], -0.1)])
def test_no_utterance_or_no_share_is_refused(inside: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="wanted 1 or more and a share below 1"):
        choose_threshold(inside, None, share)
