"""Change of sample rate by soxr's band-limited interpolation (quality "HQ", linear phase).

The result has `round(num_samples * new / old)` samples, up to soxr's own rounding, and is clipped to [-1, 1]: the
filter may overshoot full scale at sharp edges. It is rounded to the steps of 16-bit audio. Speech brought from 8 to
16 kHz holds nothing above 4 kHz, and the logarithm of nothing is the rounding noise of whoever computes it: features
that differ between two programs. The rounding puts a floor of -98 dB there, the same for all.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from speechrnn.audio.decoder import Samples
from speechrnn.audio.read import Audio
from speechrnn.errors import AudioError

STEPS_16_BIT: Final = 32768
_QUALITY: Final = "HQ"


def resample(audio: Audio, sample_rate_hz: int) -> Audio:
    """Return the audio at `sample_rate_hz`; the same object when it already has that rate.

    Raises:
        AudioError: the rate is not positive.
    """
    _check(sample_rate_hz)
    if sample_rate_hz == audio.sample_rate_hz:
        return audio
    import soxr  # 0.17 s, not spent on files that already have the wanted rate

    samples = soxr.resample(audio.samples, audio.sample_rate_hz, sample_rate_hz, quality=_QUALITY)
    return Audio(_to_16_bit_steps(samples), sample_rate_hz)


def resample_blocks(blocks: Iterable[Samples], old_hz: int, new_hz: int) -> Iterator[Samples]:
    """Change the rate of a recording that comes in parts, as `resample` does of the whole.

    Args:
        blocks: float32 `(num_samples,)` each, of any lengths.
        old_hz: their sample rate.
        new_hz: the rate wanted.

    Yields:
        The same samples as `resample` gives of all blocks joined, a little later than their blocks came.

    Raises:
        AudioError: the new rate is not positive.
    """
    resampler = Resampler(old_hz, new_hz)
    for block in blocks:
        yield resampler.accept(block)
    yield resampler.finish()


class Resampler:
    """Change of rate of a recording that comes in parts: all that is given joined is what `resample` gives of it."""

    def __init__(self, old_hz: int, new_hz: int) -> None:
        """Begin a recording.

        Raises:
            AudioError: the new rate is not positive.
        """
        _check(new_hz)
        self._stream = None
        if new_hz != old_hz:
            import soxr

            self._stream = soxr.ResampleStream(old_hz, new_hz, num_channels=1, dtype="float32", quality=_QUALITY)

    def accept(self, block: Samples) -> Samples:
        """Take the next `(num_samples,)`; give what can be given already, a little less than what came."""
        if self._stream is None:
            return block
        return _to_16_bit_steps(self._stream.resample_chunk(block))

    def finish(self) -> Samples:
        """Give the rest."""
        if self._stream is None:
            return np.zeros(0, np.float32)
        return _to_16_bit_steps(self._stream.resample_chunk(np.zeros(0, np.float32), last=True))


def _check(sample_rate_hz: int) -> None:
    if sample_rate_hz <= 0:
        raise AudioError(f"sample rate {sample_rate_hz} Hz: wanted a positive number of samples per second")


def _to_16_bit_steps(samples: Samples) -> Samples:
    rounded = np.round(np.clip(samples, -1.0, 1.0) * STEPS_16_BIT) / STEPS_16_BIT
    return rounded.astype(np.float32, copy=False)
