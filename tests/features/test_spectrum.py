import numpy as np
import pytest
import torch

from speechrnn.features.spectrum import Spectrum
from speechrnn.recipe import FeaturesConfig

SPHINX = FeaturesConfig(convention="sphinx", frame_length_ms=25.625)


@pytest.mark.parametrize("config", [FeaturesConfig(), FeaturesConfig(convention="librosa"), SPHINX])
def test_matrix_takes_a_frame_to_the_spectrum_of_that_frame(config):
    spectrum = Spectrum(config)
    padded = torch.from_numpy(np.random.default_rng(1).uniform(-1, 1, 300 * spectrum.shift_samples))
    computed = torch.cat(list(spectrum(padded)))
    frames = padded.unfold(0, spectrum.window_samples, spectrum.shift_samples)
    expected = frames.to(torch.complex128) @ spectrum.matrix()
    torch.testing.assert_close(computed, expected, rtol=1e-9, atol=1e-5)


@pytest.mark.parametrize(
    ("config", "size"), [(FeaturesConfig(), 512), (FeaturesConfig(convention="librosa"), 400), (SPHINX, 512)]
)
def test_only_librosa_transforms_the_window_as_it_is(config, size):
    assert Spectrum(config).fft_size == size


def test_window_of_a_power_of_two_is_transformed_whole():
    for convention in ("kaldi", "librosa", "sphinx"):
        spectrum = Spectrum(FeaturesConfig(convention=convention, frame_length_ms=32))
        assert len(spectrum.window) == spectrum.fft_size == 512


def test_librosa_spectrum_of_a_cosine_on_a_bin_is_half_the_window_sum_there():
    spectrum = Spectrum(FeaturesConfig(convention="librosa"))
    cosine = torch.cos(2 * torch.pi * 20 / 400 * torch.arange(400, dtype=torch.float64))
    (result,) = spectrum(cosine)
    # Closed form: the hann window sums to 200; its side lobes are a quarter of that in the neighbours, nothing beyond.
    assert result[0, 20].real.item() == pytest.approx(100, abs=1e-4)
    assert result[0, 19].real.item() == pytest.approx(-50, abs=1e-4)
    assert result[0, 22].abs().item() == pytest.approx(0, abs=1e-4)


def test_kaldi_spectrum_of_a_constant_is_zero():
    spectrum = Spectrum(FeaturesConfig())
    assert spectrum.matrix().sum(0).abs().max() < 1e-6


def test_sphinx_carries_pre_emphasis_over_from_the_sample_before_the_frame():
    spectrum = Spectrum(SPHINX)
    first, second = spectrum.matrix()[:2]
    # At frequency 0 the sample before enters with -0.97 of the first window value, at 16-bit scale (hamming: 0.08).
    assert first[0].real.item() == pytest.approx(-0.97 * 0.08 * 32768, rel=1e-5)
    assert second[0].real.item() == pytest.approx(0.08 * 32768 - 0.97 * spectrum.window[1].item(), rel=1e-4)
