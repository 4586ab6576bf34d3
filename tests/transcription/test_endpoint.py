"""Where an utterance ends, worked by hand: steps of 0.1 s, 800 samples each."""

import numpy as np
import pytest
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.transcription.endpoint import EndpointRules

STEP, RATE = 800, 8000
RULES = EndpointRules(silence_seconds=0.5, idle_seconds=3.0, max_seconds=4.0)


def labels_of(pattern: str) -> NDArray[np.intp]:
    """A letter is a label, a dot a blank."""
    return np.array([0 if letter == "." else 1 for letter in pattern])


def heard(pattern: str, quiet: slice = slice(0, 0)) -> Audio:
    """A step of noise for each sign, faint for a dot; some steps are fainter still."""
    samples = np.random.default_rng(0).normal(0, 0.1, (len(pattern), STEP)).astype(np.float32)
    samples[labels_of(pattern) == 0] *= 0.01
    samples[quiet] *= 0.6
    return Audio(samples.ravel(), RATE)


def end(pattern: str, quiet: slice = slice(0, 0), rules: EndpointRules = RULES) -> int | None:
    return rules.end(labels_of(pattern), heard(pattern, quiet), STEP)


def test_silence_after_a_label_ends_an_utterance_once_it_is_long_enough() -> None:
    assert end("..a....") is None
    assert end("..a......") is not None
    assert end("..a......", rules=EndpointRules(silence_seconds=0.7)) is None


def test_blanks_within_a_sound_end_nothing_until_they_have_lasted_for_a_second() -> None:
    loud = heard("a" * 30)
    assert [RULES.end(labels_of("..a" + "." * blanks), loud, STEP) is None for blanks in (5, 9, 10)] == [
        True,
        True,
        False,
    ]
    patient = EndpointRules(silence_seconds=1.5)
    assert [patient.end(labels_of("..a" + "." * blanks), loud, STEP) is None for blanks in (10, 14, 15)] == [
        True,
        True,
        False,
    ]


def test_silence_is_counted_from_the_end_of_the_sound_not_from_its_label() -> None:
    audio = heard("..aaaa......aa")  # a word of 0.4 s, of which the network says the label at its beginning
    assert RULES.end(labels_of("..a......."), audio, STEP) is None
    assert RULES.end(labels_of("..a........."), audio, STEP) in range(6, 12)


@pytest.mark.parametrize("quiet", [4, 5, 7])
def test_the_cut_lies_where_the_pause_is_quietest(quiet: int) -> None:
    assert end("..a.......", slice(quiet - 1, quiet + 2)) == quiet


def test_what_was_said_is_never_cut_off() -> None:
    for length in range(6, 30):
        cut = end("..a" + "." * length, slice(0, 2))
        assert cut is not None
        assert cut > 2


def test_silence_without_a_label_is_let_go_but_for_its_last_second() -> None:
    assert end("." * 29) is None
    cut = end("." * 30)
    assert cut is not None
    assert cut >= 20


def test_an_utterance_that_is_too_long_is_cut_in_the_longest_pause_of_its_second_half() -> None:
    half = "a.....a" * 2 + "abcdef"
    assert len(half) == 20
    assert end(half + "a.aa...aaa..aaaaaaa") is None
    assert end(half + "a.aa...aaa..aaaaaaaa", slice(31, 33)) in range(24, 27)
    assert end("a" * 40, slice(32, 35)) == 33


def test_there_is_an_end_after_one_step_at_least() -> None:
    eager = EndpointRules(silence_seconds=0.5, idle_seconds=0.0, max_seconds=4.0)
    assert end(".", rules=eager) == 1
