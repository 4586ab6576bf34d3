"""Samples without a header, as `arecord -t raw` or `ffmpeg -f s16le` write them: the user says what they are."""

import io
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import soundfile

from speechrnn.audio.decoder import Samples, at_once
from speechrnn.errors import UsageError

# What ffmpeg calls an encoding, to what libsndfile calls it: subtype, byte order, bytes per sample.
_ENCODINGS: Final = {
    "u8": ("PCM_U8", "LITTLE", 1),
    "s8": ("PCM_S8", "LITTLE", 1),
    "s16le": ("PCM_16", "LITTLE", 2),
    "s16be": ("PCM_16", "BIG", 2),
    "s24le": ("PCM_24", "LITTLE", 3),
    "s24be": ("PCM_24", "BIG", 3),
    "s32le": ("PCM_32", "LITTLE", 4),
    "s32be": ("PCM_32", "BIG", 4),
    "f32le": ("FLOAT", "LITTLE", 4),
    "f32be": ("FLOAT", "BIG", 4),
    "f64le": ("DOUBLE", "LITTLE", 8),
    "f64be": ("DOUBLE", "BIG", 8),
    "alaw": ("ALAW", "LITTLE", 1),
    "mulaw": ("ULAW", "LITTLE", 1),
}
ENCODINGS: Final = tuple(_ENCODINGS)
_MOST_CHANNELS: Final = 1024  # libsndfile takes no more


@dataclass(frozen=True, slots=True)
class RawFormat:
    """How bytes without a header are to be read.

    Attributes:
        rate_hz: samples per second of each channel.
        channels: how many are interleaved.
        encoding: one of `ENCODINGS`, named as ffmpeg names its formats.
    """

    rate_hz: int
    channels: int = 1
    encoding: str = "s16le"

    def __post_init__(self) -> None:
        """Check what came.

        Raises:
            UsageError: the encoding is unknown, or a number is out of its range.
        """
        if self.encoding not in _ENCODINGS:
            raise UsageError(f"raw encoding {self.encoding}: unknown; give one of {', '.join(ENCODINGS)}")
        if self.rate_hz <= 0:
            raise UsageError(f"raw rate {self.rate_hz} Hz: wanted a positive number of samples per second")
        if not 1 <= self.channels <= _MOST_CHANNELS:
            raise UsageError(f"raw channels {self.channels}: wanted 1 to {_MOST_CHANNELS}")

    @property
    def bytes_per_frame(self) -> int:
        """Bytes of one sample of all channels."""
        return _ENCODINGS[self.encoding][2] * self.channels


class RawDecoder:
    """A `Decoder`, see there, of bytes that need not be able to seek; holds one block of them at a time."""

    def __init__(self, stream: BinaryIO, form: RawFormat, num_samples: int | None = None) -> None:
        """Start at the stream's position.

        Args:
            stream: bytes, perhaps a pipe.
            form: what they are.
            num_samples: how many samples per channel there must be; None to read to the end.
        """
        self._stream, self._form, self._left = stream, form, num_samples
        self.sample_rate_hz, self.num_channels, self.num_samples = form.rate_hz, form.channels, num_samples
        self.expected_seconds = None if num_samples is None else num_samples / form.rate_hz

    def read(self, num_samples: int) -> Samples:
        """Decode the next samples, `(num_samples, num_channels)`; part of a sample at the very end is dropped."""
        wanted = num_samples if self._left is None else min(num_samples, self._left)
        content = read_exactly(self._stream, wanted * self._form.bytes_per_frame)
        frames = len(content) // self._form.bytes_per_frame
        if self._left is not None:
            self._left -= frames
        return _decode(content[: frames * self._form.bytes_per_frame], self._form)

    def skip(self, num_samples: int) -> None:
        """Pass over samples by reading them."""
        while num_samples > 0 and (passed := len(self.read(at_once(num_samples, self.num_channels)))):
            num_samples -= passed


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """Read so many bytes, fewer only at the end; an unbuffered pipe gives what it has, however little."""
    content = bytearray()
    while len(content) < size and (part := stream.read(size - len(content))):
        content += part
    return bytes(content)


def _decode(content: bytes, form: RawFormat) -> Samples:
    if not content:
        return np.zeros((0, form.channels), np.float32)
    subtype, endian, _ = _ENCODINGS[form.encoding]
    samples, _ = soundfile.read(
        io.BytesIO(content),
        dtype="float32",
        always_2d=True,
        format="RAW",
        subtype=subtype,
        endian=endian,
        samplerate=form.rate_hz,
        channels=form.channels,
    )
    return np.asarray(samples, np.float32)
