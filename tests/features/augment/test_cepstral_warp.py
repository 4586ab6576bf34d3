"""Vocal-tract-length perturbation of cepstra."""

import numpy as np
import pytest
import torch

from speechrnn.features.augment.cepstral_warp import warp_cepstra, warp_matrix
from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.features.filterbank import corners_hz
from speechrnn.features.mfcc import FrontEnd
from speechrnn.features.vocal_tract import warp_hz
from speechrnn.recipe import FeaturesConfig
from tests.features.conftest import Make

CONFIGS = [
    FeaturesConfig(),
    FeaturesConfig(convention="librosa", sample_rate_hz=8000),
    FeaturesConfig(convention="sphinx", frame_length_ms=25.625, low_hz=130, high_hz=6800),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_a_factor_of_one_is_no_change(config: FeaturesConfig) -> None:
    np.testing.assert_allclose(warp_matrix(config, 1.0), np.eye(13), atol=1e-9)
    cepstra = np.ones((4, 13), np.float32)
    assert warp_cepstra(cepstra, config, 1.0) is cepstra


@pytest.mark.parametrize("convention", ["librosa", "sphinx"])
@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_with_every_cepstrum_kept_the_spectrum_is_read_where_the_filters_went(convention: str, factor: float) -> None:
    config = FeaturesConfig(convention=convention, num_ceps=40)
    centres = corners_hz(config)[1:-1].numpy()
    log_mel = np.random.default_rng(0).standard_normal((3, 40))
    moved = np.stack([np.interp(warp_hz(centres, factor, 20, 8000), centres, frame) for frame in log_mel])
    transform = cepstrum_matrix(config).numpy()
    warped = warp_cepstra((log_mel @ transform).astype(np.float32), config, factor)
    np.testing.assert_allclose(warped, moved @ transform, atol=1e-4)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("factor", [0.85, 0.93, 1.08, 1.15])
def test_it_comes_near_what_warped_filters_hear(config: FeaturesConfig, factor: float, make_signal: Make) -> None:
    samples = torch.from_numpy(make_signal(12000, config.sample_rate_hz).astype(np.float32) / 32768)
    front_end = FrontEnd(config)
    plain, heard = front_end.utterance(samples).numpy(), front_end.utterance(samples, factor).numpy()
    # C0 apart: the energy that moves over the edges of the band is lost to the cepstra.
    left = np.square(warp_cepstra(plain, config, factor) - heard)[:, 1:].mean()
    assert left < 0.5 * np.square(plain - heard)[:, 1:].mean()
