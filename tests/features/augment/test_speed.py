"""Speed by resampling: duration and pitch together."""

import numpy as np
import pytest

from speechrnn.features.augment.speed import change_speed
from tests.features.augment.signals import RATE, tone


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.1, 2.0])
@pytest.mark.parametrize("num_samples", [0, 1, 7, 1000, 8001])
def test_speed_divides_the_length(factor: float, num_samples: int) -> None:
    changed = change_speed(tone(num_samples), RATE, factor)
    assert len(changed) == int(num_samples / factor + 0.5)
    assert changed.dtype == np.float32


def test_speed_moves_the_pitch_with_it() -> None:
    faster = change_speed(tone(hz=500), RATE, 1.1)
    peak_hz = np.abs(np.fft.rfft(faster, n=RATE)).argmax()
    assert peak_hz == pytest.approx(550, abs=2)
