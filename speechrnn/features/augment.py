"""Seeded changes to training utterances: speed, noise and gain on samples, SpecAugment masks on features.

Every draw comes from the NumPy generator passed in, so one seed gives one result; settings at their defaults draw
nothing and change nothing. Masks set features to 0, the mean after normalisation (Park et al. 2019; no time warping).
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from speechrnn.recipe import AugmentConfig

Samples = NDArray[np.float32]

_MASKABLE_SHARE = 5
"""A stretch of masked frames is at most one in so many frames of its utterance."""


def augment_samples(samples: Samples, sample_rate_hz: int, config: AugmentConfig, rng: np.random.Generator) -> Samples:
    """Change speed, then add noise, then change the level.

    Args:
        samples: `(num_samples,)` in [-1, 1].
        sample_rate_hz: their rate.
        config: the recipe's augment section.
        rng: where every draw comes from.

    Returns:
        `(num_samples / speed,)`, to the nearest whole number (halves up), clipped to [-1, 1].
    """
    if config.speed_factors:
        samples = _change_speed(samples, sample_rate_hz, float(rng.choice(config.speed_factors)))
    if config.noise_probability > 0 and rng.random() < config.noise_probability:
        samples = _add_noise(samples, rng.uniform(*config.noise_snr_db), rng)
    if config.gain_db > 0:
        samples = samples * np.float32(10 ** (rng.uniform(-config.gain_db, config.gain_db) / 20))
    return np.clip(samples, -1, 1)


def mask_features(features: Tensor, num_static: int, config: AugmentConfig, rng: np.random.Generator) -> Tensor:
    """Set stretches of frames and bands of features to 0.

    Args:
        features: `(time, feat)` of one utterance, normalised; `feat` is a multiple of `num_static`.
        num_static: values per frame before deltas; a band is masked alike in static features and deltas.
        config: the recipe's augment section.
        rng: where every draw comes from.

    Returns:
        `(time, feat)`; a new tensor where something is masked.
    """
    if config.num_time_masks == 0 and config.num_feature_masks == 0:
        return features
    features = features.clone()
    longest = min(config.max_time_mask_frames, len(features) // _MASKABLE_SHARE)
    for _ in range(config.num_time_masks):
        features[_stretch(longest, len(features), rng)] = 0
    widest = min(config.max_feature_mask_bins, num_static)
    blocks = features.view(len(features), features.shape[1] // num_static, num_static)
    for _ in range(config.num_feature_masks):
        blocks[:, :, _stretch(widest, num_static, rng)] = 0
    return features


def _stretch(longest: int, available: int, rng: np.random.Generator) -> slice:
    """Draw a length from 0 to `longest`, then where it lies; every place is as likely as any other."""
    length = int(rng.integers(longest + 1))
    start = int(rng.integers(available - length + 1))
    return slice(start, start + length)


def _change_speed(samples: Samples, sample_rate_hz: int, factor: float) -> Samples:
    """Play `factor` times as fast, pitch included: `num_samples / factor` samples, to the nearest whole number."""
    if factor == 1 or samples.size == 0:
        return samples
    import soxr  # only where speed is changed

    faster: Samples = soxr.resample(samples, sample_rate_hz * factor, sample_rate_hz)
    return faster


def _add_noise(samples: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """Add white or pink noise, each in half of the cases, `snr_db` under the utterance's mean power."""
    if not samples.any():
        return samples
    noise = rng.standard_normal(samples.size, dtype=np.float32)
    if rng.random() < 0.5:
        noise = _pink(noise)
    power, noise_power = float(np.mean(samples**2)), float(np.mean(noise**2))
    if noise_power == 0:
        return samples
    return samples + noise * np.float32(np.sqrt(power / noise_power / 10 ** (snr_db / 10)))


def _pink(white: Samples) -> Samples:
    """Give white noise a power that falls as 1 / frequency; the constant part goes, all there is of a single sample."""
    spectrum = np.fft.rfft(white)
    spectrum[0] = 0
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    return np.fft.irfft(spectrum, n=white.size).astype(np.float32)
