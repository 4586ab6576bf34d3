"""Noise of the machine's own making, white or pink, at a signal-to-noise ratio."""

import numpy as np

from speechrnn.features.augment.speed import Samples


def add_noise(samples: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """Add white or pink noise, each in half of the cases, `snr_db` under the utterance's mean power.

    Args:
        samples: `(num_samples,)`; silence is left alone.
        snr_db: mean power of the utterance over that of the noise.
        rng: where the noise and its kind come from.

    Returns:
        `(num_samples,)`.
    """
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
