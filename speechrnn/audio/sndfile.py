"""Decoding by libsndfile (through `soundfile`): wav, flac, ogg, opus, mp3, aiff, NIST sphere and their like."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import BinaryIO, Final

import numpy as np
import soundfile

from speechrnn.audio.decoder import Samples, UndecodableError, damaged

# An MP3 without a Xing header states no length, and the decoder then estimates one from the bit rate.
_WITHOUT_LENGTH: Final = frozenset({"MP3", "MPEG"})
# The second it says of noise in which it sees the beginning of an MP3, too.
_SAYS_NOTHING: Final = frozenset(
    {"Format not recognised", "File does not exist or is not a regular file (possibly a pipe?)"}
)


@contextmanager
def open_sndfile(stream: BinaryIO) -> "Iterator[SndfileDecoder]":
    """Open a stream that can seek.

    Raises:
        UndecodableError: libsndfile does not know the format, or the header is broken.
    """
    try:
        # Of an unbuffered file libsndfile reads the descriptor itself, outside Python's lock.
        unbuffered = isinstance(stream, FileIO)
        file = soundfile.SoundFile(stream.fileno() if unbuffered else stream, closefd=not unbuffered)
    except soundfile.LibsndfileError as error:
        raise UndecodableError(_reason(error)) from error
    with file:
        yield SndfileDecoder(file)


class SndfileDecoder:
    """A `Decoder`, see there, over an open `soundfile.SoundFile`."""

    def __init__(self, file: soundfile.SoundFile) -> None:
        """Take over an open file at its first sample."""
        self._file = file
        self.sample_rate_hz = int(file.samplerate)
        self.num_channels = int(file.channels)
        self.num_samples = None if str(file.format) in _WITHOUT_LENGTH else int(file.frames)
        self.expected_seconds = file.frames / file.samplerate

    def read(self, num_samples: int) -> Samples:
        """Decode the next samples, `(num_samples, num_channels)`."""
        try:
            return np.asarray(self._file.read(num_samples, dtype="float32", always_2d=True), np.float32)
        except soundfile.LibsndfileError as error:
            raise damaged(_reason(error)) from error

    def skip(self, num_samples: int) -> None:
        """Pass over samples without decoding them."""
        try:
            self._file.seek(min(self._file.tell() + num_samples, self._file.frames))
        except soundfile.LibsndfileError as error:
            raise damaged(_reason(error)) from error


def _reason(error: soundfile.LibsndfileError) -> str:
    """Quote what libsndfile says of a file, where it says more than that it does not know it."""
    said = str(error.error_string).rstrip(".").removeprefix("Internal error : ").removeprefix("Error : ")
    return "" if said in _SAYS_NOTHING else f"libsndfile: {said}"
