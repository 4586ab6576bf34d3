"""A recording is cut in its pauses, and no sound of it is lost."""

import itertools
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.audio.decoder import Samples
from speechrnn.audio.segment import Cutting, Window, windows

RATE = 1000
CUTTING = Cutting(min_seconds=2.0, max_seconds=11.0, long_pause_seconds=0.5, overlap_seconds=3.0)
NEVER = Cutting(0.5, 9.0, long_pause_seconds=99.0, pause_seconds=99.0, overlap_seconds=4.0)


def sound(*pieces: tuple[float, float]) -> Samples:
    """Noise of given seconds and levels, one piece after the other."""
    rng = np.random.default_rng(0)
    parts = [level * rng.uniform(-1, 1, round(seconds * RATE)) for seconds, level in pieces]
    return np.concatenate([np.zeros(0), *parts]).astype(np.float32)


def cut(samples: Samples, cutting: Cutting = CUTTING, block: int = 5 * RATE) -> list[Window]:
    return list(windows((samples[at : at + block] for at in range(0, len(samples), block)), RATE, cutting))


def spans(found: list[Window]) -> list[tuple[float, float]]:
    return [(one.start_seconds, one.start_seconds + one.audio.duration_seconds) for one in found]


def expect(found: list[Window], expected: list[tuple[float, float]]) -> None:
    np.testing.assert_allclose(spans(found), expected, atol=0.021)


def test_windows_end_in_long_pauses_and_keep_their_edges_only() -> None:
    found = cut(sound((3, 0.3), (0.6, 1e-3), (4, 0.3), (1, 1e-3), (2.5, 0.3)))
    expect(found, [(0, 3.2), (3.4, 7.8), (8.4, 11.1)])
    assert [one.shared_after_seconds for one in found] == [0, 0, 0]


def test_without_a_long_pause_the_longest_one_ends_a_window() -> None:
    found = cut(sound((3, 0.3), (0.25, 1e-3), (3, 0.3), (0.38, 1e-3), (3, 0.3), (0.25, 1e-3), (2, 0.3)))
    expect(found, [(0, 6.44), (6.44, 11.88)])


def test_the_stops_inside_of_words_are_no_pauses() -> None:
    speech = sound(*[(1.0, 0.3), (0.15, 1e-3)] * 15)
    assert [one.shared_after_seconds for one in cut(speech)] == [3.0, 0.0]
    shorter = Cutting(2.0, 11.0, 0.5, pause_seconds=0.1, overlap_seconds=3.0)
    assert [one.shared_after_seconds for one in cut(speech, shorter)] == [0.0, 0.0]


def test_noise_without_a_pause_comes_in_windows_that_overlap() -> None:
    found = cut(sound((30, 0.3)))
    assert spans(found) == [(0, 11), (8, 19), (16, 27), (24, 30)]
    assert [one.shared_before_seconds for one in found] == [0, 3, 3, 3]
    assert [one.shared_after_seconds for one in found] == [3, 3, 3, 0]


def test_the_last_window_keeps_its_least_length() -> None:
    assert spans(cut(sound((11.5, 0.3)))) == [(0, 9.5), (6.5, 11.5)]
    near = sound((4, 0.3), (0.45, 1e-3), (7.3, 0.3), (0.45, 1e-3), (1, 0.3))  # the second pause is too near to the end
    expect(cut(near), [(0, 4.22), (4.22, 13.2)])


def test_a_recording_up_to_the_longest_window_is_one_unless_someone_pauses() -> None:
    assert spans(cut(sound((11, 0.3)))) == [(0, 11)]
    expect(cut(sound((4, 0.3), (1, 1e-3), (5, 0.3))), [(0, 4.2), (4.8, 10)])


def test_silence_before_and_after_all_speech_is_left_out_however_long_it_is() -> None:
    found = cut(sound((5, 1e-3), (3, 0.3), (200, 1e-3), (3, 0.3), (90, 1e-3)))
    expect(found, [(4.8, 8.2), (207.8, 211.2)])


def test_noise_is_not_taken_for_the_silence_of_before() -> None:
    found = cut(sound((3, 0.3), (1, 1e-3), (3, 0.3), (1, 1e-3), (60, 0.1)))
    expect(found[:2], [(0, 3.2), (3.8, 7.2)])
    expect(found[2:3], [(7.8, 18.8)])
    assert spans(found)[-1][1] == 68


def test_a_word_between_long_silences_is_a_window_of_its_own() -> None:
    expect(cut(sound((3, 0.3), (4, 1e-3), (0.3, 0.3), (4, 1e-3), (3, 0.3))), [(0, 3.2), (6.8, 7.5), (11.1, 14.3)])


def test_a_shared_stretch_stays_shared_where_it_proves_to_be_silence() -> None:
    found = cut(sound((14, 0.03), (10, 0.4)))  # a hum, until a voice shows how quiet it was
    expect(found[:2], [(0, 11), (8, 11)])
    assert [(one.shared_before_seconds, one.shared_after_seconds) for one in found[:3]] == [(0, 3), (3, 0), (0, 0)]
    expect(found[2:], [(13.8, 24)])


def test_no_sound_has_no_windows() -> None:
    assert cut(sound()) == []


def test_digital_silence_is_in_no_window_but_for_the_edges_of_sound() -> None:
    assert cut(np.zeros(60 * RATE, np.float32)) == []
    expect(cut(sound((30, 0.0), (3, 0.3), (30, 0.0))), [(29.8, 33.2)])


PIECES = st.lists(st.tuples(st.floats(0.01, 6), st.sampled_from([0.0, 1e-3, 0.1, 0.4])), max_size=8)


@given(PIECES, st.sampled_from([CUTTING, Cutting(1.0, 10.0, 0.6), NEVER]), st.integers(500, 30_000))
@settings(max_examples=40, deadline=None)
def test_only_silence_is_left_out_whatever_the_blocks(
    pieces: list[tuple[float, float]], cutting: Cutting, block: int
) -> None:
    samples = sound(*pieces)
    found = cut(samples, cutting, block)
    covered = np.zeros(len(samples), bool)
    for one in found:
        start = round(one.start_seconds * RATE)
        np.testing.assert_array_equal(one.audio.samples, samples[start : start + len(one.audio.samples)])
        covered[start : start + len(one.audio.samples)] = True
        assert 0 < len(one.audio.samples) <= cutting.max_seconds * RATE
    # Beside 0.4, a level of 0.1 that never stops is the noise of the room.
    assert np.abs(samples[~covered]).max(initial=0.0) <= 0.1
    assert covered.all() or cutting is not NEVER
    assert all(start < next_start for (start, _), (next_start, _) in itertools.pairwise(spans(found)))
    for before, after in itertools.pairwise(found):
        shared = round(before.shared_after_seconds * RATE)
        assert after.shared_before_seconds == before.shared_after_seconds
        np.testing.assert_array_equal(before.audio.samples[-shared:] if shared else [], after.audio.samples[:shared])
    whole = cut(samples, cutting, max(len(samples), 1))
    assert [one[1:] for one in whole] == [one[1:] for one in found]


@given(PIECES)
@settings(max_examples=20, deadline=None)
def test_where_no_silence_is_long_nothing_is_left_out(pieces: list[tuple[float, float]]) -> None:
    speech = sound(*[piece for seconds, level in pieces for piece in ((seconds, max(level, 0.3)), (0.3, 1e-3))])
    own = [one.audio.samples[round(one.shared_before_seconds * RATE) :] for one in cut(speech)]
    np.testing.assert_array_equal(np.concatenate([np.zeros(0, np.float32), *own]), speech)


@pytest.mark.parametrize("pause", [0.0, 0.3, 1.0])
def test_memory_does_not_grow_with_the_recording(pause: float) -> None:
    piece = sound((4, 0.3), (pause, 1e-3))

    def peak(count: int) -> int:
        blocks: Iterator[Samples] = (piece.copy() for _ in range(count))
        tracemalloc.start()
        try:
            assert sum(1 for _ in windows(blocks, RATE, CUTTING)) > count / 4
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(240) < 1.2 * peak(40)
