"""Words, their times and their confidence, worked by hand on matrices one can read."""

import numpy as np
import pytest

from speechrnn.decoding.greedy import greedy
from speechrnn.text.alphabet import Alphabet
from speechrnn.transcription.transcript import Transcript, build_transcript

ALPHABET = Alphabet((" ", "a", "b"))  # labels 1, 2, 3


def _transcript(frames: list[tuple[int, float]], step: float = 0.1, duration: float = 10.0) -> Transcript:
    """Build from the best label and its probability in each frame; the rest is shared by the other labels."""
    probabilities = np.array([[(1 - p) / 3] * 4 for _, p in frames]).reshape(len(frames), 4)
    for time, (label, probability) in enumerate(frames):
        probabilities[time, label] = probability
    log_probs = np.log(probabilities)
    return build_transcript(greedy(log_probs)[0], log_probs, ALPHABET, step, duration)


def test_words_start_with_their_first_label_and_end_with_their_last_run() -> None:
    transcript = _transcript([(0, 0.9), (2, 0.9), (3, 0.9), (3, 0.9), (1, 0.9), (0, 0.9), (2, 0.9), (0, 0.9)])
    assert transcript.text == "ab a"
    times = [(word.text, word.start_seconds, word.end_seconds) for word in transcript.words]
    assert times == [("ab", pytest.approx(0.1), pytest.approx(0.4)), ("a", pytest.approx(0.6), pytest.approx(0.7))]


def test_confidence_is_the_geometric_mean_of_the_highest_posterior_of_each_label() -> None:
    transcript = _transcript([(2, 0.5), (2, 0.8), (0, 0.9), (3, 0.4)])
    assert transcript.words[0].confidence == pytest.approx((0.8 * 0.4) ** 0.5)


def test_a_run_of_the_same_label_after_a_blank_is_not_the_same_run() -> None:
    transcript = _transcript([(2, 0.5), (0, 0.9), (2, 0.9)])
    assert transcript.text == "aa"
    assert transcript.words[0].confidence == pytest.approx((0.5 * 0.9) ** 0.5)
    assert transcript.words[0].end_seconds == pytest.approx(0.3)


def test_spaces_at_the_ends_and_doubled_make_no_words() -> None:
    transcript = _transcript([(1, 0.9), (2, 0.9), (1, 0.9), (0, 0.9), (1, 0.9), (3, 0.9), (1, 0.9)])
    assert transcript.text == "a b"
    assert [(word.text, word.start_seconds) for word in transcript.words] == [
        ("a", pytest.approx(0.1)),
        ("b", pytest.approx(0.5)),
    ]


def test_no_time_lies_beyond_the_audio() -> None:
    transcript = _transcript([(0, 0.9), (2, 0.9), (2, 0.9)], duration=0.25)
    assert transcript.words[0].end_seconds == 0.25


@pytest.mark.parametrize("frames", [[], [(0, 0.9)], [(1, 0.9), (0, 0.9)]])
def test_silence_has_empty_text_and_no_segments(frames: list[tuple[int, float]]) -> None:
    assert _transcript(frames) == Transcript(text="", segments=(), duration_seconds=10.0)


def test_one_segment_spans_all_words() -> None:
    (segment,) = _transcript([(2, 0.9), (1, 0.9), (3, 0.9)]).segments
    assert (segment.text, segment.start_seconds, segment.end_seconds) == ("a b", 0.0, pytest.approx(0.3))
    assert [word.text for word in segment.words] == ["a", "b"]
