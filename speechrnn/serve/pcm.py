"""Samples without a header that come in messages, which may end inside of a sample."""

import io
from typing import Final

import numpy as np

from speechrnn.audio.decoder import Samples
from speechrnn.audio.raw import RawDecoder, RawFormat
from speechrnn.errors import AudioError, UsageError

RATES_HZ: Final = range(4000, 192_001)
_MOST_DIGITS: Final = 6
"""Python refuses to read numbers of thousands of digits, with an error of its own."""


def parse_format(rate: str, encoding: str) -> RawFormat:
    """Read the format of a stream.

    Raises:
        UsageError: it is none.
    """
    if not rate.isdecimal() or len(rate) > _MOST_DIGITS or int(rate) not in RATES_HZ:
        raise UsageError(f"sample_rate: {rate[:20]!r} came; give samples per second, {RATES_HZ[0]} to {RATES_HZ[-1]}")
    return RawFormat(int(rate), encoding=encoding)


class PcmReader:
    """One stream of samples of one channel."""

    def __init__(self, form: RawFormat) -> None:
        """Begin a stream."""
        self._form, self._rest = form, b""

    def read(self, content: bytes) -> Samples:
        """Decode a message: `(num_samples,)` in [-1, 1].

        Raises:
            AudioError: values are not finite.
        """
        content = self._rest + content
        count = len(content) // self._form.bytes_per_frame
        self._rest = content[count * self._form.bytes_per_frame :]
        samples = RawDecoder(io.BytesIO(content), self._form).read(count)[:, 0]
        if not np.isfinite(samples).all():
            raise AudioError("the stream holds samples that are not finite (NaN or infinity); is its encoding right?")
        return np.clip(samples, -1.0, 1.0)
