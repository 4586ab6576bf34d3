"""The frequency axis of another vocal tract."""

import numpy as np
import pytest
import torch

from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.features.vocal_tract import bends, nearest_step, warp_hz

FACTORS = [0.5, 0.8, 0.93, 1.0, 1.1, 1.25, 2.0]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("nyquist_hz", [4000.0, 8000.0])
def test_the_map_is_that_of_kaldi_at_its_defaults(factor: float, nyquist_hz: float) -> None:
    load_torchaudio()
    from torchaudio.compliance.kaldi import vtln_warp_freq

    hz = np.linspace(20, nyquist_hz, 500)
    expected = vtln_warp_freq(100.0, nyquist_hz - 500, 20.0, nyquist_hz, factor, torch.from_numpy(hz))
    np.testing.assert_allclose(warp_hz(hz, factor, 20, nyquist_hz), expected.numpy(), atol=1e-6)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize(("low_hz", "high_hz"), [(20, 8000), (130, 6800), (300, 3400), (1000, 4000), (0, 4000)])
def test_the_map_keeps_the_band_and_the_order_of_frequencies(factor: float, low_hz: float, high_hz: float) -> None:
    warped = warp_hz(np.linspace(low_hz, high_hz, 1000), factor, low_hz, high_hz)
    assert warped[0] == low_hz
    assert warped[-1] == high_hz
    assert (np.diff(warped) > 0).all()


def test_formants_lie_higher_by_the_factor_between_the_bends() -> None:
    assert bends(20, 8000) == (100, 7500)
    np.testing.assert_allclose(warp_hz([550, 1100, 3300], 1.1, 20, 8000), [500, 1000, 3000])
    np.testing.assert_allclose(warp_hz([400, 1600], 0.8, 20, 8000), [500, 2000])


def test_factors_are_rounded_to_hundredths() -> None:
    assert nearest_step(0.8549) == pytest.approx(0.85)
    assert nearest_step(1.1251) == pytest.approx(1.13)
    assert nearest_step(0.9951) == 1
