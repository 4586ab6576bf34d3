"""Triangular mel filters as a matrix from spectrum bins to mel bins.

kaldi: triangles on the mel axis `1127 ln(1 + f/700)`, height 1, from `torchaudio.compliance.kaldi.get_mel_banks`.
librosa: Slaney's mel axis, straight below 1000 Hz and logarithmic above, straight in Hz, area 1. torchaudio's own
(`melscale_fbanks`) halves odd sample rates in integers and is off by up to 0.03 in a cepstrum at 11025 Hz.
sphinx: `2595 log10(1 + f/700)`, corners rounded to spectrum bins, straight in Hz, area 1 (options `-round_filters yes
-unit_area yes`, the tool's defaults).
For another vocal tract (`speechrnn.features.vocal_tract`) the corners of all triangles are moved; training alone asks.
"""

import math
from functools import lru_cache

import torch
from torch import Tensor

from speechrnn.errors import FeatureError
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.features.vocal_tract import bends, warp_hz
from speechrnn.recipe import FeaturesConfig

_SLANEY_STEP = math.log(6.4) / 27


@lru_cache(maxsize=256)
def mel_matrix(config: FeaturesConfig, fft_size: int, warp: float = 1.0) -> Tensor:
    """Return the filter bank over a Fourier transform of `fft_size` samples. Not to be written to: it is kept.

    Args:
        config: the recipe's features section.
        fft_size: length of the transform.
        warp: hear formants this many times as high, 0.5 to 2.

    Returns:
        `(fft_size // 2 + 1, num_mel_bins)` float64.

    Raises:
        FeatureError: the band is empty, holds no bin of the spectrum, or reaches over half the sample rate.
    """
    if config.convention == "kaldi":
        matrix = _kaldi_filters(config, fft_size, warp)
    else:
        matrix = _triangles(_warped_corners(config, fft_size, warp), fft_size, config.sample_rate_hz / fft_size)
    if not matrix.any():
        low, high = _band(config)
        raise FeatureError(
            f"filter bank: no bin of the spectrum, one every {config.sample_rate_hz / fft_size:g} Hz, lies between "
            f"low_hz {low:g} and high_hz {high:g}; widen the band or raise features.frame_length_ms"
        )
    return matrix


def corners_hz(config: FeaturesConfig) -> Tensor:
    """Return left corner, centres and right corner of the filters, `(num_mel_bins + 2,)` float64, in Hz."""
    low, high = _band(config)
    to_mel, to_hz = _SCALES[config.convention]
    return to_hz(torch.linspace(to_mel(low), to_mel(high), config.num_mel_bins + 2, dtype=torch.float64))


def _band(config: FeaturesConfig) -> tuple[float, float]:
    """Return the lower and upper edge in Hz."""
    low, high = config.band_hz
    nyquist = config.sample_rate_hz / 2
    if not low < high <= nyquist:
        raise FeatureError(
            f"filter bank: low_hz {low:g} to high_hz {high:g} came, wanted low_hz < high_hz <= {nyquist:g} "
            f"(half of {config.sample_rate_hz} Hz); correct features.low_hz, high_hz or sample_rate_hz"
        )
    return low, high


def _kaldi_filters(config: FeaturesConfig, fft_size: int, warp: float) -> Tensor:
    """Return Kaldi's filters; the bin at half the sample rate belongs to none."""
    load_torchaudio()
    from torchaudio.compliance.kaldi import get_mel_banks  # only importable after `load_torchaudio`

    low, high = _band(config)
    bend = bends(low, high)
    filters, _ = get_mel_banks(config.num_mel_bins, fft_size, config.sample_rate_hz, low, high, *bend, warp)
    matrix = torch.zeros(fft_size // 2 + 1, config.num_mel_bins, dtype=torch.float64)
    matrix[: fft_size // 2] = filters.T.double()
    return matrix


def _warped_corners(config: FeaturesConfig, fft_size: int, warp: float) -> Tensor:
    """Return the corners in Hz, moved where another vocal tract is asked for; Sphinx puts them on bins after that."""
    corners = corners_hz(config)
    if warp != 1:
        corners = torch.from_numpy(warp_hz(corners.numpy(), warp, *_band(config)))
    if config.convention == "sphinx":
        bin_hz = config.sample_rate_hz / fft_size
        corners = (corners / bin_hz + 0.5).floor() * bin_hz
    return corners


def _slaney_mel(hz: float) -> float:
    """Return Slaney's mel: 15 at 1000 Hz, 27 more for every factor of 6.4."""
    return hz * 3 / 200 if hz < 1000 else 15 + math.log(hz / 1000) / _SLANEY_STEP


def _slaney_hz(mel: Tensor) -> Tensor:
    return torch.where(mel < 15, mel * 200 / 3, 1000 * torch.exp((mel - 15) * _SLANEY_STEP))


def _kaldi_mel(hz: float) -> float:
    return 1127 * math.log(1 + hz / 700)


def _kaldi_hz(mel: Tensor) -> Tensor:
    return 700 * (torch.exp(mel / 1127) - 1)


def _sphinx_mel(hz: float) -> float:
    return 2595 * math.log10(1 + hz / 700)


def _sphinx_hz(mel: Tensor) -> Tensor:
    return (10 ** (mel / 2595) - 1) * 700


_SCALES = {
    "kaldi": (_kaldi_mel, _kaldi_hz),
    "librosa": (_slaney_mel, _slaney_hz),
    "sphinx": (_sphinx_mel, _sphinx_hz),
}
"""The way to each convention's mel axis and back."""


def _triangles(corners_hz: Tensor, fft_size: int, bin_hz: float) -> Tensor:
    """Return triangles straight in Hz and of area 1 between every three corners in turn."""
    left, centre, right = corners_hz[:-2], corners_hz[1:-1], corners_hz[2:]
    hz = (torch.arange(fft_size // 2 + 1, dtype=torch.float64) * bin_hz).unsqueeze(1)
    # Rounding may put two of Sphinx's corners on one bin: that slope is a step, not a division by zero.
    tiny = bin_hz * 1e-3
    rising = (hz - left) / (centre - left).clamp(min=tiny)
    falling = (right - hz) / (right - centre).clamp(min=tiny)
    return torch.minimum(rising, falling).clamp(min=0) * 2 / (right - left).clamp(min=tiny)
