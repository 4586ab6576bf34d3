"""A WAV file from a pipe, which cannot seek: its header read forward, its samples then as they come.

libsndfile wants to seek in all it reads. Plain PCM, float, A-law and mu-law need no more than the chunks `fmt ` and
`data` (Microsoft's RIFF, multimedia programming interface 1.0), so those are read here in constant memory.
"""

import struct
from typing import BinaryIO, Final

from speechrnn.audio.container import LARGEST_BELIEVABLE_BYTES
from speechrnn.audio.raw import RawDecoder, RawFormat, read_exactly

_EXTENSIBLE: Final = 0xFFFE  # the real format tag then opens the sub-format
_MOST_HEADER_BYTES: Final = 2**20
# Format tag and bits per sample to the name of the encoding.
_ENCODINGS: Final = {
    (1, 8): "u8",
    (1, 16): "s16le",
    (1, 24): "s24le",
    (1, 32): "s32le",
    (3, 32): "f32le",
    (3, 64): "f64le",
    (6, 8): "alaw",
    (7, 8): "mulaw",
}


class WavPipe:
    """The attempt to read a pipe as WAV: `decoder`, or None and in `head` the bytes that were taken from the pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the header, as far as it is one."""
        self._stream = stream
        self.head = bytearray()
        self.decoder = self._open()

    def _open(self) -> RawDecoder | None:
        opening = self._take(12)
        if opening[:4] != b"RIFF" or opening[8:] != b"WAVE":
            return None
        form: RawFormat | None = None
        while len(self.head) < _MOST_HEADER_BYTES and len(chunk := self._take(8)) == 8:
            name, size = chunk[:4], int(struct.unpack("<I", chunk[4:])[0])
            if name == b"data":
                return None if form is None else RawDecoder(self._stream, form, _num_samples(size, form))
            if len(self.head) + size > _MOST_HEADER_BYTES:
                return None
            content = self._take(size + size % 2)  # chunks are padded to an even length
            if name == b"fmt ":
                form = _form(content)
        return None

    def _take(self, size: int) -> bytes:
        taken = read_exactly(self._stream, size)
        self.head += taken
        return taken


def _form(content: bytes) -> RawFormat | None:
    """Read the chunk `fmt `; None for what is compressed or makes no sense, which libsndfile shall judge."""
    if len(content) < 16:
        return None
    tag, channels, rate_hz, _, frame_bytes, bits = struct.unpack("<HHIIHH", content[:16])
    if tag == _EXTENSIBLE and len(content) >= 26:
        (tag,) = struct.unpack("<H", content[24:26])
    encoding = _ENCODINGS.get((tag, bits))
    if encoding is None or not rate_hz or frame_bytes != channels * bits // 8 or not 1 <= channels <= 1024:
        return None
    return RawFormat(rate_hz, channels, encoding)


def _num_samples(size: int, form: RawFormat) -> int | None:
    """Tell how many samples the chunk `data` declares; None when a pipe wrote it and no length was known."""
    return size // form.bytes_per_frame if 0 < size <= LARGEST_BELIEVABLE_BYTES else None
