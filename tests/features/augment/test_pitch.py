"""Pitch without a change of duration."""

import numpy as np
import pytest

from speechrnn.features.augment.pitch import shift_pitch
from tests.features.augment.signals import RATE, tone, white


@pytest.mark.parametrize("semitones", [-3.0, 1.0, 12.0])
def test_a_tone_moves_by_its_semitones_and_lasts_as_long(semitones: float) -> None:
    shifted = shift_pitch(tone(hz=500), RATE, semitones)
    assert len(shifted) == RATE
    assert shifted.dtype == np.float32
    assert np.abs(np.fft.rfft(shifted)).argmax() == pytest.approx(500 * 2 ** (semitones / 12), rel=0.01)


def test_no_semitones_and_less_than_a_window_change_nothing() -> None:
    assert np.array_equal(shift_pitch(white(2000), RATE, 0.0), white(2000))
    assert np.array_equal(shift_pitch(white(300), RATE, 2.0), white(300))
