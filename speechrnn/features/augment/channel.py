"""What a microphone or a telephone line does to the spectrum: a tilt, and a band outside which nothing passes.

Both weigh the Fourier transform of the whole utterance, so no sample is delayed. Silence is added at the end first:
the transform takes the utterance for a ring, and its end must not ring into its beginning.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from speechrnn.features.augment.speed import Samples

_ORDER = 6
"""Of the Butterworth band edges: 36 dB per octave."""
_PIVOT_HZ = 1000.0
_LOWEST_TILTED_HZ = 50.0
"""Below this a tilt stays what it is here; at 0 Hz it would have no end."""
_RING_SECONDS = 0.1


def tilt_spectrum(samples: Samples, sample_rate_hz: int, db_per_octave: float) -> Samples:
    """Raise or lower high frequencies against low ones.

    Args:
        samples: `(num_samples,)`.
        sample_rate_hz: their rate.
        db_per_octave: over 0 is brighter, under 0 duller.

    Returns:
        `(num_samples,)` of the same mean power.
    """
    if not samples.any():
        return samples

    def gain(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        octaves = np.log2(np.maximum(hz, _LOWEST_TILTED_HZ) / _PIVOT_HZ)
        return 10 ** (db_per_octave * octaves / 20)

    tilted = _weigh(samples, sample_rate_hz, gain)
    return tilted * np.float32(np.sqrt(np.mean(samples**2) / np.mean(tilted**2)))


def limit_band(samples: Samples, sample_rate_hz: int, low_hz: float, high_hz: float) -> Samples:
    """Take away what lies outside a band, by Butterworth edges without delay.

    Args:
        samples: `(num_samples,)`.
        sample_rate_hz: their rate.
        low_hz: lower edge, at 3 dB; 0 takes away nothing below.
        high_hz: upper edge, at 3 dB; half the sample rate or more takes away nothing above.

    Returns:
        `(num_samples,)`.
    """
    if samples.size == 0:
        return samples

    def gain(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        passed = np.ones_like(hz)
        if low_hz > 0:
            passed /= np.sqrt(1 + (low_hz / np.maximum(hz, 1e-3 * low_hz)) ** (2 * _ORDER))
        if high_hz < sample_rate_hz / 2:
            passed /= np.sqrt(1 + (hz / high_hz) ** (2 * _ORDER))
        return passed

    return _weigh(samples, sample_rate_hz, gain)


def _weigh(
    samples: Samples, sample_rate_hz: int, gain: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Samples:
    """Multiply every frequency by its gain."""
    from scipy.fft import irfft, next_fast_len, rfft  # only where something is filtered

    size = next_fast_len(samples.size + int(_RING_SECONDS * sample_rate_hz), real=True)
    gains = gain(np.arange(size // 2 + 1) * (sample_rate_hz / size)).astype(np.float32)
    filtered: Samples = irfft(rfft(samples, size) * gains, size)[: samples.size]
    return filtered
