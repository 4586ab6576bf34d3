"""Word boundaries are heard where sound was put with known gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.audio import Audio
from speechrnn.transcription.silence import Span, word_spans


def sound(pieces: list[tuple[float, float]], rate: int = 8000, seed: int = 0) -> Audio:
    """Noise of given seconds and levels, one piece after the other."""
    rng = np.random.default_rng(seed)
    parts = [level * rng.uniform(-1, 1, int(round(seconds * rate))) for seconds, level in pieces]
    return Audio(np.concatenate([np.zeros(0), *parts]).astype(np.float32), rate)


@pytest.mark.parametrize("floor", [0.0, 1e-4, 3e-3])
@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_boundaries_lie_within_two_blocks_of_the_gaps(floor: float, rate: int) -> None:
    audio = sound([(0.3, floor), (0.4, 0.2), (0.15, floor), (0.5, 0.1), (0.1, floor), (0.3, 0.3), (0.2, floor)], rate)
    spans = word_spans(audio, [(0.4, 0.45), (0.9, 1.3), (1.5, 1.52)])
    expected = [(0.3, 0.7), (0.85, 1.35), (1.45, 1.75)]
    np.testing.assert_allclose(spans, expected, atol=0.0201)


@pytest.mark.parametrize("seconds", [0.5, 2.0, 40.0])
@pytest.mark.parametrize("around", [0.0, 1e-3])
def test_a_word_does_not_reach_into_the_silence_around_it_however_long(seconds: float, around: float) -> None:
    audio = sound([(seconds, around), (0.1, 1e-3), (0.3, 0.2), (0.1, 1e-3), (seconds, around)])
    start = seconds + 0.1
    (span,) = word_spans(audio, [(start + 0.1, start + 0.15)])
    # In zeros the noise next to the word may count as sound: it is far above them.
    assert start - (0.1201 if around == 0 else 0.0201) <= span[0] <= start + 0.02
    assert start + 0.28 <= span[1] <= start + 0.3 + (0.1201 if around == 0 else 0.0201)


def test_a_soft_word_between_zeros_keeps_its_length() -> None:
    audio = sound([(0.4, 0.3), (0.2, 0.0), (0.4, 0.05), (0.2, 0.0), (0.4, 0.3), (0.5, 0.0)])
    spans = word_spans(audio, [(0.2, 0.25), (0.75, 0.8), (1.4, 1.45)])
    np.testing.assert_allclose(spans, [(0.0, 0.4), (0.6, 1.0), (1.2, 1.6)], atol=0.0201)


def test_without_a_gap_words_meet_at_the_quietest_moment() -> None:
    audio = sound([(0.4, 0.3), (0.03, 0.1), (0.4, 0.3)])
    (first, second) = word_spans(audio, [(0.1, 0.2), (0.6, 0.7)])
    assert first[1] == second[0] == pytest.approx(0.415, abs=0.015)
    assert (first[0], second[1]) == (0.0, audio.duration_seconds)


def test_the_longest_silence_parts_two_words_not_the_stop_inside_one() -> None:
    floor = 1e-4
    audio = sound([(0.2, 0.2), (0.06, floor), (0.1, 0.2), (0.2, floor), (0.3, 0.2)])
    (first, second) = word_spans(audio, [(0.05, 0.1), (0.7, 0.75)])
    np.testing.assert_allclose([first[1], second[0]], [0.36, 0.56], atol=0.0201)


def test_no_words_have_no_spans() -> None:
    assert word_spans(sound([(0.1, 0.1)]), []) == []


@given(
    st.lists(st.tuples(st.floats(0.001, 0.3), st.sampled_from([0.0, 1e-3, 0.2])), min_size=1, max_size=8),
    st.lists(st.floats(0, 1), max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_words_hold_their_cores_and_keep_their_order(pieces: list[tuple[float, float]], marks: list[float]) -> None:
    audio = sound(pieces)
    edges = sorted(mark * audio.duration_seconds for mark in marks[: len(marks) // 2 * 2])
    cores: list[Span] = list(zip(edges[::2], edges[1::2], strict=True))
    spans = word_spans(audio, cores)
    assert len(spans) == len(cores)
    times = [time for span in spans for time in span]
    assert times == sorted(times)
    for (start, end), (begin, stop) in zip(spans, cores, strict=True):
        assert -1e-9 <= start <= begin + 1e-9
        assert stop - 1e-9 <= end <= audio.duration_seconds + 1e-9
