"""What counts as silence, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.audio import Audio
from speechrnn.audio.pauses import (
    DIGITAL_DB,
    FLOOR_PERCENTILE,
    loudness,
    low_percentile,
    silence_threshold,
    silent_runs,
)


def test_levels_are_decibels_of_full_scale() -> None:
    levels = loudness(Audio(np.full(1000, 0.1, np.float32), 1000))
    assert levels == pytest.approx(np.full(100, -20.0), abs=1e-5)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_a_block_is_ten_milliseconds_at_any_rate_and_stays_so(rate: int) -> None:
    samples = np.zeros(60 * rate, np.float32)
    samples[50 * rate : 51 * rate] = 0.5
    levels = loudness(Audio(samples, rate))
    assert len(levels) == 6000
    assert np.flatnonzero(levels > -10).tolist() == list(range(5000, 5100))


def test_a_last_block_that_is_not_full_has_the_level_of_its_samples() -> None:
    levels = loudness(Audio(np.full(1003, 0.1, np.float32), 1000))
    assert levels == pytest.approx(np.full(101, -20.0), abs=1e-5)


def test_silence_lies_near_the_floor_and_nowhere_where_all_is_equally_loud() -> None:
    levels = np.array([-60.0] * 50 + [-20.0] * 50)
    assert silence_threshold(levels) == pytest.approx(-54.0)
    assert silence_threshold(np.full(100, -20.0)) == -np.inf


@given(st.lists(st.floats(-120, 0), min_size=1, max_size=60))
def test_the_floor_is_the_percentile_that_numpy_finds(levels: list[float]) -> None:
    assert low_percentile(np.sort(levels)) == pytest.approx(np.percentile(levels, FLOOR_PERCENTILE), abs=1e-9)


def test_one_word_sets_the_level_of_speech_however_long_the_noise_around_it() -> None:
    for blocks in (500, 50_000):
        assert silence_threshold(np.array([-60.0] * blocks + [-20.0] * 20)) == pytest.approx(-54.0)


def test_zeros_around_a_recording_leave_its_threshold_as_it_was() -> None:
    levels = np.array([-60.0] * 50 + [-20.0] * 50)
    padded = np.concatenate([np.full(5000, -120.0), levels, np.full(5000, -120.0)])
    assert silence_threshold(padded) == silence_threshold(levels)


def test_where_zeros_are_all_the_pauses_no_sound_of_speech_is_silence() -> None:
    speech = np.linspace(-60.0, -20.0, 100)  # rising, so without a floor
    assert silence_threshold(speech) > -55.0
    assert silence_threshold(np.concatenate([speech, np.full(50, -120.0)])) < -60.0


def test_digital_silence_is_silence_whatever_the_threshold() -> None:
    assert silence_threshold(np.full(100, -120.0)) == -np.inf
    begins, ends = silent_runs(np.array([-20.0, -120, DIGITAL_DB - 1, DIGITAL_DB, -20]), -np.inf)
    assert (begins.tolist(), ends.tolist()) == ([1], [3])


def test_silent_runs_are_found_up_to_both_ends() -> None:
    begins, ends = silent_runs(np.array([-9.0, 0, 0, -9, -9, 0, -9]), -5.0)
    assert (begins.tolist(), ends.tolist()) == ([0, 3, 6], [1, 5, 7])
    assert [one.tolist() for one in silent_runs(np.zeros(3), -5.0)] == [[], []]
