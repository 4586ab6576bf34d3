"""Samples that are in memory already, as a program or a notebook has them."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio.decoder import Samples
from speechrnn.errors import AudioError

_LOUDEST: Final = 2.0
"""Resampling overshoots full scale a little; what goes far beyond it are integers that were only made floats."""


class ArrayDecoder:
    """A `Decoder`, see there, of an array."""

    def __init__(self, samples: NDArray[Any], sample_rate_hz: int) -> None:
        """Take an array.

        Args:
            samples: `(num_samples,)` or `(num_samples, num_channels)`; floats with full scale 1, or integers with the
                full scale of their type.
            sample_rate_hz: samples per second of each channel.

        Raises:
            AudioError: the shape, type or rate is none that sound has, or floats go far beyond 1.
        """
        if samples.ndim not in (1, 2) or (samples.ndim == 2 and not 1 <= samples.shape[1] <= max(len(samples), 1)):
            raise AudioError(
                f"samples of shape {samples.shape}: wanted (num_samples,) or (num_samples, num_channels), time first; "
                "transpose them"
            )
        if sample_rate_hz <= 0:
            raise AudioError(f"samples at {sample_rate_hz} Hz: wanted a positive number of samples per second")
        scaled = _scaled(samples)
        self._samples, self._at = scaled if scaled.ndim == 2 else scaled[:, np.newaxis], 0
        self.sample_rate_hz, self.num_samples = sample_rate_hz, len(samples)
        self.num_channels = self._samples.shape[1]
        self.expected_seconds = len(samples) / sample_rate_hz

    def read(self, num_samples: int) -> Samples:
        """Give the next samples, `(num_samples, num_channels)`."""
        block = self._samples[self._at : self._at + num_samples]
        self._at += len(block)
        return block

    def skip(self, num_samples: int) -> None:
        """Pass over samples."""
        self._at = min(self._at + num_samples, self.num_samples)


def _scaled(samples: NDArray[Any]) -> Samples:
    """Bring samples to float32 of full scale 1."""
    kind = samples.dtype.kind
    if kind in "iu":
        half = float(2 ** (8 * samples.dtype.itemsize - 1))
        middle = half if kind == "u" else 0.0
        return np.asarray((samples.astype(np.float64) - middle) / half, np.float32)
    if kind != "f":
        raise AudioError(f"samples of type {samples.dtype}: wanted floats with full scale 1, or integers")
    peak = float(np.abs(samples).max(initial=0.0))
    if _LOUDEST < peak < np.inf:
        raise AudioError(f"samples reach {peak:g}: floats with full scale 1 were wanted; divide 16-bit ones by 32768")
    return np.asarray(samples, np.float32)
