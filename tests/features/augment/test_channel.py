"""Tilted spectra and limited bands."""

import numpy as np
import pytest
from scipy import signal

from speechrnn.features.augment.channel import limit_band, tilt_spectrum
from tests.features.augment.signals import RATE, level_db, tone, white

MIDDLE = slice(RATE // 4, 3 * RATE // 4)


def gain_db(limited, samples):
    """Change of level, away from the ends."""
    return level_db(limited[MIDDLE]) - level_db(samples[MIDDLE])


@pytest.mark.parametrize("hz", [100.0, 300.0, 450.0, 1000.0, 2500.0, 3000.0, 3500.0])
def test_band_edges_have_the_magnitude_of_butterworth_filters(hz: float) -> None:
    low = signal.butter(6, 2 * np.pi * 300, "highpass", analog=True)
    high = signal.butter(6, 2 * np.pi * 3000, "lowpass", analog=True)
    expected = sum(20 * np.log10(np.abs(signal.freqs(*edge, worN=[2 * np.pi * hz])[1][0])) for edge in (low, high))
    samples = tone(hz=hz)
    assert gain_db(limit_band(samples, RATE, 300, 3000), samples) == pytest.approx(expected, abs=0.05)


def test_edges_outside_what_there_is_cut_off_nothing() -> None:
    samples = white()
    np.testing.assert_allclose(limit_band(samples, RATE, 0, RATE / 2), samples, atol=1e-6)


def test_a_band_passes_without_delay_in_phase_and_length() -> None:
    samples = tone(4001, hz=1000)
    limited = limit_band(samples, RATE, 300, 3000)
    assert limited.dtype == np.float32
    assert len(limited) == 4001
    np.testing.assert_allclose(limited[1000:3000], samples[1000:3000], atol=2e-4)


def test_the_end_does_not_ring_into_the_beginning() -> None:
    samples = np.zeros(2000, np.float32)
    samples[-1] = 1
    assert np.abs(limit_band(samples, RATE, 300, 3000)[:500]).max() < 1e-4


@pytest.mark.parametrize("db_per_octave", [-6.0, 3.0])
def test_a_tilt_rises_by_its_slope_over_every_octave(db_per_octave: float) -> None:
    samples = white(4 * RATE)
    tilted = tilt_spectrum(samples, RATE, db_per_octave)
    hz, before = signal.welch(samples, RATE, nperseg=1024)
    after = signal.welch(tilted, RATE, nperseg=1024)[1]
    change_db = 10 * np.log10(after / before)
    for octave in (125, 250, 500, 1000, 1900):
        near, above = (change_db[np.abs(hz - centre) < 0.1 * centre].mean() for centre in (octave, 2 * octave))
        assert above - near == pytest.approx(db_per_octave, abs=0.3)


def test_a_tilt_keeps_power_and_length_and_leaves_a_pure_tone_alone() -> None:
    samples = white(3001)
    tilted = tilt_spectrum(samples, RATE, 4.0)
    assert len(tilted) == 3001
    assert tilted.dtype == np.float32
    assert level_db(tilted) == pytest.approx(level_db(samples), abs=1e-3)
    np.testing.assert_allclose(tilt_spectrum(tone(hz=700), RATE, 5.0)[MIDDLE], tone(hz=700)[MIDDLE], atol=2e-3)


@pytest.mark.parametrize("num_samples", [0, 1, 50])
def test_silence_stays_silent(num_samples: int) -> None:
    silence = np.zeros(num_samples, np.float32)
    assert np.array_equal(tilt_spectrum(silence, RATE, 3.0), silence)
    assert np.array_equal(limit_band(silence, RATE, 300, 3000), silence)
