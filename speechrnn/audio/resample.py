"""Change of sample rate by soxr's band-limited interpolation (quality "HQ", linear phase).

The result has `round(num_samples * new / old)` samples, up to soxr's own rounding, and is clipped to [-1, 1]: the
filter may overshoot full scale at sharp edges. It is rounded to the steps of 16-bit audio. Speech brought from 8 to
16 kHz holds nothing above 4 kHz, and the logarithm of nothing is the rounding noise of whoever computes it: features
that differ between two programs. The rounding puts a floor of -98 dB there, the same for all.
"""

from typing import Final

import numpy as np

from speechrnn.audio.read import Audio
from speechrnn.errors import AudioError

STEPS_16_BIT: Final = 32768


def resample(audio: Audio, sample_rate_hz: int) -> Audio:
    """Return the audio at `sample_rate_hz`; the same object when it already has that rate.

    Raises:
        AudioError: the rate is not positive.
    """
    if sample_rate_hz <= 0:
        raise AudioError(f"sample rate {sample_rate_hz} Hz: wanted a positive number of samples per second")
    if sample_rate_hz == audio.sample_rate_hz:
        return audio
    import soxr  # 0.17 s, not spent on files that already have the wanted rate

    samples = soxr.resample(audio.samples, audio.sample_rate_hz, sample_rate_hz, quality="HQ")
    rounded = np.round(np.clip(samples, -1.0, 1.0) * STEPS_16_BIT) / STEPS_16_BIT
    return Audio(rounded.astype(np.float32, copy=False), sample_rate_hz)
