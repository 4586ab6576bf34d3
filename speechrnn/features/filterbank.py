"""Triangular mel filters as a matrix from spectrum bins to mel bins.

kaldi: triangles on the mel axis `1127 ln(1 + f/700)`, height 1, from `torchaudio.compliance.kaldi.get_mel_banks`.
librosa: Slaney's mel axis, straight below 1000 Hz and logarithmic above, straight in Hz, area 1. torchaudio's own
(`melscale_fbanks`) halves odd sample rates in integers and is off by up to 0.03 in a cepstrum at 11025 Hz.
sphinx: `2595 log10(1 + f/700)`, corners rounded to spectrum bins, straight in Hz, area 1 (options `-round_filters yes
-unit_area yes`, the tool's defaults).
"""

import math

import torch
from torch import Tensor

from speechrnn.errors import FeatureError
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import FeaturesConfig

_SLANEY_STEP = math.log(6.4) / 27


def mel_matrix(config: FeaturesConfig, fft_size: int) -> Tensor:
    """Return the filter bank over a Fourier transform of `fft_size` samples.

    Returns:
        `(fft_size // 2 + 1, num_mel_bins)` float64.

    Raises:
        FeatureError: the band is empty, holds no bin of the spectrum, or reaches over half the sample rate.
    """
    filters = {"kaldi": _kaldi_filters, "librosa": _slaney_filters, "sphinx": _sphinx_filters}[config.convention]
    low, high = _band(config)
    matrix = filters(config, fft_size, low, high)
    if not matrix.any():
        raise FeatureError(
            f"filter bank: no bin of the spectrum, one every {config.sample_rate_hz / fft_size:g} Hz, lies between "
            f"low_hz {low:g} and high_hz {high:g}; widen the band or raise features.frame_length_ms"
        )
    return matrix


def _band(config: FeaturesConfig) -> tuple[float, float]:
    """Return the lower and upper edge in Hz."""
    nyquist = config.sample_rate_hz / 2
    high = config.high_hz if config.high_hz > 0 else nyquist + config.high_hz
    if not config.low_hz < high <= nyquist:
        raise FeatureError(
            f"filter bank: low_hz {config.low_hz:g} to high_hz {high:g} came, wanted low_hz < high_hz <= {nyquist:g} "
            f"(half of {config.sample_rate_hz} Hz); correct features.low_hz, high_hz or sample_rate_hz"
        )
    return config.low_hz, high


def _kaldi_filters(config: FeaturesConfig, fft_size: int, low: float, high: float) -> Tensor:
    """Return Kaldi's filters; the bin at half the sample rate belongs to none."""
    load_torchaudio()
    from torchaudio.compliance.kaldi import get_mel_banks  # only importable after `load_torchaudio`

    filters, _ = get_mel_banks(config.num_mel_bins, fft_size, config.sample_rate_hz, low, high, 100.0, -500.0, 1.0)
    matrix = torch.zeros(fft_size // 2 + 1, config.num_mel_bins, dtype=torch.float64)
    matrix[: fft_size // 2] = filters.T.double()
    return matrix


def _slaney_filters(config: FeaturesConfig, fft_size: int, low: float, high: float) -> Tensor:
    """Return librosa's filters, `(fft_size // 2 + 1, num_mel_bins)`."""
    mel = torch.linspace(_slaney_mel(low), _slaney_mel(high), config.num_mel_bins + 2, dtype=torch.float64)
    corners = torch.where(mel < 15, mel * 200 / 3, 1000 * torch.exp((mel - 15) * _SLANEY_STEP))
    return _triangles(corners, fft_size, config.sample_rate_hz / fft_size)


def _slaney_mel(hz: float) -> float:
    """Return Slaney's mel: 15 at 1000 Hz, 27 more for every factor of 6.4."""
    return hz * 3 / 200 if hz < 1000 else 15 + math.log(hz / 1000) / _SLANEY_STEP


def _sphinx_filters(config: FeaturesConfig, fft_size: int, low: float, high: float) -> Tensor:
    """Return Sphinx's filters, `(fft_size // 2 + 1, num_mel_bins)`."""
    bin_hz = config.sample_rate_hz / fft_size
    edges_mel = torch.tensor([low, high], dtype=torch.float64).div(700).add(1).log10().mul(2595)
    mel = torch.linspace(float(edges_mel[0]), float(edges_mel[1]), config.num_mel_bins + 2, dtype=torch.float64)
    corners = ((10 ** (mel / 2595) - 1) * 700 / bin_hz + 0.5).floor() * bin_hz
    return _triangles(corners, fft_size, bin_hz)


def _triangles(corners_hz: Tensor, fft_size: int, bin_hz: float) -> Tensor:
    """Return triangles straight in Hz and of area 1 between every three corners in turn."""
    left, centre, right = corners_hz[:-2], corners_hz[1:-1], corners_hz[2:]
    hz = (torch.arange(fft_size // 2 + 1, dtype=torch.float64) * bin_hz).unsqueeze(1)
    # Rounding may put two of Sphinx's corners on one bin: that slope is a step, not a division by zero.
    tiny = bin_hz * 1e-3
    rising = (hz - left) / (centre - left).clamp(min=tiny)
    falling = (right - hz) / (right - centre).clamp(min=tiny)
    return torch.minimum(rising, falling).clamp(min=0) * 2 / (right - left).clamp(min=tiny)
