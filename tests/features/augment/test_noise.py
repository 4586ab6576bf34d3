"""White and pink noise at a signal-to-noise ratio."""

import numpy as np
import pytest

from speechrnn.features.augment.noise import add_noise
from tests.features.augment.signals import level_db, rng, tone


@pytest.mark.parametrize("snr_db", [0.0, 15.0, 30.0])
@pytest.mark.parametrize("seed", range(4))
def test_noise_has_the_ratio_asked_for(snr_db: float, seed: int) -> None:
    noise = add_noise(tone(), snr_db, rng(seed)) - tone()
    assert level_db(tone()) - level_db(noise) == pytest.approx(snr_db, abs=0.05)


def test_noise_is_white_or_pink_in_turn() -> None:
    generator = rng()
    slopes = []
    for _ in range(40):
        power = np.abs(np.fft.rfft(add_noise(tone(), 20, generator) - tone())) ** 2
        slopes.append(np.log2(power[1000:2000].mean() / power[2000:4000].mean()))
    # Power per octave up: as it is in white noise, half in pink.
    white = [slope for slope in slopes if slope < 0.5]
    pink = [slope for slope in slopes if slope >= 0.5]
    assert 10 < len(white) < 30
    assert np.mean(white) == pytest.approx(0, abs=0.1)
    assert np.mean(pink) == pytest.approx(1, abs=0.1)


def test_single_sample_is_left_alone_by_pink_noise_and_kept_finite_by_white() -> None:
    results = [add_noise(np.float32([0.5]), 20, rng(seed)) for seed in range(20)]
    assert all(np.isfinite(result).all() for result in results)
    assert any(result[0] == 0.5 for result in results)
    assert any(result[0] != 0.5 for result in results)


@pytest.mark.parametrize("num_samples", [0, 1, 2, 100])
def test_silence_gets_no_noise(num_samples: int) -> None:
    silence = np.zeros(num_samples, np.float32)
    for seed in range(4):
        assert np.array_equal(add_noise(silence, 20, rng(seed)), silence)
