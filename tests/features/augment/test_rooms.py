"""Simulated rooms."""

import numpy as np
import pytest

from speechrnn.features.augment.rooms import add_room, room_response
from tests.features.augment.signals import RATE, level_db, rng, tone, white


@pytest.mark.parametrize("rt60_seconds", [0.2, 0.5, 1.0])
def test_the_energy_left_falls_by_60_db_in_the_reverberation_time(rt60_seconds: float) -> None:
    # Schroeder 1965: the energy after each moment falls along a straight line in dB, read here from -5 to -35 dB.
    slopes = []
    for seed in range(8):
        response = room_response(16000, rt60_seconds, 0.0, rng(seed))[round(0.04 * 16000) + 1 :]
        left = np.cumsum(response[::-1].astype(np.float64) ** 2)[::-1]
        decay_db = 10 * np.log10(left / left[0])
        from_sample, to_sample = np.searchsorted(-decay_db, [5, 35])
        slopes.append(30 / (to_sample - from_sample) * 16000)
    assert 60 / np.mean(slopes) == pytest.approx(rt60_seconds, rel=0.1)


@pytest.mark.parametrize("direct_db", [-3.0, 0.0, 12.0])
@pytest.mark.parametrize("rt60_seconds", [0.01, 0.4])
def test_direct_sound_has_its_ratio_to_all_that_follows(direct_db: float, rt60_seconds: float) -> None:
    response = room_response(RATE, rt60_seconds, direct_db, rng()).astype(np.float64)
    assert response[0] == 1
    assert -10 * np.log10(np.sum(response[1:] ** 2)) == pytest.approx(direct_db, abs=1e-4)


def test_nothing_comes_back_in_the_first_two_milliseconds() -> None:
    response = room_response(16000, 0.3, 0.0, rng())
    assert not response[1:32].any()
    assert response[32:64].any()


def test_a_few_early_reflections_stand_out() -> None:
    # Gaussian noise is over four times its deviation once in 16000 times: here 608 samples hold several.
    outstanding = []
    for seed in range(10):
        response = room_response(16000, 0.4, 0.0, rng(seed))
        flat = response * 10 ** (3 * np.arange(len(response)) / 16000 / 0.4)
        deviation = flat[round(0.05 * 16000) :].std()
        outstanding.append(int((np.abs(flat[32 : round(0.04 * 16000) + 1]) > 4 * deviation).sum()))
    assert 3 <= np.mean(outstanding) <= 6


def test_a_room_is_a_convolution_with_its_response_cut_at_the_end_and_as_loud_as_before() -> None:
    samples = white(3000)
    expected = np.convolve(samples.astype(np.float64), room_response(RATE, 0.3, 5.0, rng()))[: len(samples)]
    expected *= np.sqrt(np.mean(samples.astype(np.float64) ** 2) / np.mean(expected**2))
    wet = add_room(samples, RATE, 0.3, 5.0, rng())
    assert wet.dtype == np.float32
    np.testing.assert_allclose(wet, expected, atol=1e-5)
    assert level_db(wet) == pytest.approx(level_db(samples), abs=1e-3)


def test_direct_sound_is_not_delayed() -> None:
    samples = white(4000)
    wet = add_room(samples, RATE, 0.4, 3.0, rng())
    assert int(np.correlate(wet, samples, "full").argmax()) == len(samples) - 1


def test_length_is_kept_and_silence_stays_silent() -> None:
    for num_samples in (1, 2, 700):
        assert len(add_room(tone(num_samples, hz=501) + 0.1, RATE, 0.5, 0.0, rng())) == num_samples
        silence = np.zeros(num_samples, np.float32)
        assert np.array_equal(add_room(silence, RATE, 0.5, 0.0, rng()), silence)
