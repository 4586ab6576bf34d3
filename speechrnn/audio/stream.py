"""Any sound, from any source, block by block: a recording of hours takes no more memory than one of minutes.

libsndfile comes first; what it refuses goes to PyAV or ffmpeg (`audio.media`). Decoding goes block by block so that the
cap on the duration holds whatever a header claims: 25 MB of Opus can unpack to many gigabytes.
Samples are dimensionless, full scale is 1; times are in seconds.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from speechrnn.audio.archived import open_sound
from speechrnn.audio.channels import to_mono
from speechrnn.audio.container import is_empty, missing_bytes
from speechrnn.audio.decoder import GET_WHOLE, Decoder, Samples, UndecodableError, at_once
from speechrnn.audio.media import open_media
from speechrnn.audio.raw import RawDecoder, RawFormat
from speechrnn.audio.sndfile import open_sndfile
from speechrnn.audio.spool import spooled
from speechrnn.audio.wav_pipe import WavPipe
from speechrnn.errors import AudioError, AudioTooLongError

BLOCK_SECONDS: Final = 30.0
MAX_STREAM_SECONDS: Final = 24 * 3600.0
LOWEST_HZ: Final = 1_000
HIGHEST_HZ: Final = 768_000  # the most that converters for sound have

Source = str | Path | BinaryIO


@dataclass(frozen=True, slots=True)
class AudioStream:
    """An open recording, to be read once.

    Attributes:
        name: what errors call it.
        decoder: where its samples come from.
        max_seconds: the most that is decoded.
    """

    name: str
    decoder: Decoder
    max_seconds: float = MAX_STREAM_SECONDS

    @property
    def sample_rate_hz(self) -> int:
        """Samples per second of each channel."""
        return self.decoder.sample_rate_hz

    @property
    def num_channels(self) -> int:
        """How many channels a block has."""
        return self.decoder.num_channels

    @property
    def duration_seconds(self) -> float | None:
        """The length to expect, a guess for some formats; None where nothing is known, as from a pipe."""
        return self.decoder.expected_seconds

    def blocks(
        self, seconds: float = BLOCK_SECONDS, *, start_seconds: float = 0.0, duration_seconds: float | None = None
    ) -> Iterator[Samples]:
        """Decode the recording, or a part of it, clipped to [-1, 1].

        Args:
            seconds: length of a block; the last one may be shorter, and of very many channels each is.
            start_seconds: where the wanted part begins.
            duration_seconds: how long the wanted part is; None, or past the end, reads to the end.

        Yields:
            float32 `(num_samples, num_channels)`, finite, at least one sample.

        Raises:
            AudioError: the rest cannot be decoded, is shorter than its header says, empty, over `max_seconds`, or holds
                values that are not finite; or the audio ends before `start_seconds`.
        """
        rate = self.sample_rate_hz
        start = self._checked_start(start_seconds)
        wanted = None if duration_seconds is None else round(duration_seconds * rate)
        promised = self._promised_samples(start, wanted)
        with one_line(self.name):
            if start:
                self.decoder.skip(start)
        num_samples = 0
        while wanted is None or num_samples < wanted:
            size = at_once(round(seconds * rate), self.num_channels)
            block = self._next(size if wanted is None else min(size, wanted - num_samples))
            if not len(block):
                break
            num_samples += len(block)
            if num_samples > self.max_seconds * rate:
                raise AudioTooLongError(_too_long(self.name, num_samples / rate, self.max_seconds))
            yield block
        if promised is not None and num_samples < promised:
            raise AudioError(
                f"{self.name}: truncated, {num_samples} samples where its header says {promised}; {GET_WHOLE}"
            )
        if not num_samples:
            raise AudioError(f"{self.name}: holds no samples; an empty recording cannot be used")

    def mono_blocks(self, channel: int | None = None, seconds: float = BLOCK_SECONDS) -> Iterator[Samples]:
        """Decode one channel of the recording, or the mean of all.

        Args:
            channel: its number from 0; None for the mean.
            seconds: as of `blocks`.

        Yields:
            float32 `(num_samples,)`, finite, at least one sample.

        Raises:
            AudioError: there is no such channel, or as of `blocks`.
        """
        if channel is not None and not 0 <= channel < self.num_channels:
            raise AudioError(
                f"{self.name}: channel {channel} was asked for, the recording has {self.num_channels}, counted from 0"
            )
        for block in self.blocks(seconds):
            yield to_mono(block, channel)

    def _checked_start(self, start_seconds: float) -> int:
        """Return the first wanted sample, which must lie inside the audio as far as its length is known."""
        start, length = round(start_seconds * self.sample_rate_hz), self.duration_seconds
        if start < 0 or (start and length is not None and start >= round(length * self.sample_rate_hz)):
            known = "" if length is None else f", which is {length:.3f} s long"
            raise AudioError(f"{self.name}: start {start_seconds:g} s lies outside the audio{known}")
        return start

    def _promised_samples(self, start: int, wanted: int | None) -> int | None:
        """Return how many samples must come, by the header; refuse what is known beforehand to be too long."""
        if self.decoder.num_samples is None:
            return None
        promised = self.decoder.num_samples - start
        if wanted is not None:
            promised = min(promised, wanted)
        if promised > self.max_seconds * self.sample_rate_hz:
            raise AudioTooLongError(_too_long(self.name, promised / self.sample_rate_hz, self.max_seconds))
        return promised

    def _next(self, num_samples: int) -> Samples:
        with one_line(self.name):
            block = self.decoder.read(num_samples)
        if not np.isfinite(block).all():
            raise AudioError(
                f"{self.name}: holds samples that are not finite (NaN or infinity); export it again as 16-bit PCM"
            )
        return np.clip(block, -1.0, 1.0)


@contextmanager
def open_stream(
    source: Source, *, name: str | None = None, raw: RawFormat | None = None, max_seconds: float = MAX_STREAM_SECONDS
) -> Iterator[AudioStream]:
    """Open a recording for reading in blocks.

    Args:
        source: a path, also of a named pipe, or a binary stream such as standard input. WAV and raw samples are read
            from a pipe as they come; any other format from a pipe first goes to a temporary file.
        name: how errors call the source; a path's own text by default.
        raw: how to read samples without a header; None when the source says itself what it is.
        max_seconds: the most that is decoded.

    Yields:
        The stream, at its first sample. A binary stream that came stays the caller's to close.

    Raises:
        AudioError: the source is missing, is no sound that can be decoded, is shorter than its header says, or has a
            sample rate that no sound has.
    """
    label = _label(source, name)
    with ExitStack() as stack:
        with one_line(label):
            decoder = _open(source, raw, stack)
            _check_rate(decoder.sample_rate_hz)
        yield AudioStream(label, decoder, max_seconds)


@contextmanager
def one_line(label: str) -> Iterator[None]:
    """Let every failure to open or decode leave as one AudioError that names the recording."""
    try:
        yield
    except UndecodableError as error:
        raise AudioError(f"{label}: {error}") from error
    except FileNotFoundError as error:
        raise AudioError(f"{label}: no such file") from error
    except OSError as error:
        raise AudioError(f"{label}: cannot be opened ({error.strerror or error})") from error


def _label(source: Source, name: str | None) -> str:
    """Name a source for messages."""
    if name is not None:
        return name
    return str(source) if isinstance(source, str | Path) else str(getattr(source, "name", "audio stream"))


def _open(source: Source, raw: RawFormat | None, stack: ExitStack) -> Decoder:
    """Find the decoder for a source; what must be closed again goes on the stack."""
    if isinstance(source, str | Path):
        source = stack.enter_context(open_sound(Path(source)))
    if raw is not None:
        return RawDecoder(source, raw)
    if not source.seekable():
        pipe = WavPipe(source)
        if pipe.decoder is not None:
            return pipe.decoder
        source = stack.enter_context(spooled(source, bytes(pipe.head)))
    _check_whole(source)
    try:
        return stack.enter_context(open_sndfile(source))
    except UndecodableError as refusal:
        return stack.enter_context(open_media(source, refusal))


def _check_whole(stream: BinaryIO) -> None:
    """Check that there are bytes, and all that the header declares."""
    if is_empty(stream):
        raise UndecodableError("the file is empty (0 bytes); record or copy it again")
    if missing := missing_bytes(stream):
        raise UndecodableError(f"truncated, {missing} bytes of audio that its header declares are missing; {GET_WHOLE}")


def _check_rate(sample_rate_hz: int) -> None:
    """Check what a header says before memory and time are sized by it."""
    if not LOWEST_HZ <= sample_rate_hz <= HIGHEST_HZ:
        raise UndecodableError(
            f"a sample rate of {sample_rate_hz} Hz came, {LOWEST_HZ} to {HIGHEST_HZ} Hz were wanted; "
            "write it again with its true rate"
        )


def _too_long(label: str, seconds: float, max_seconds: float) -> str:
    """Word the error for audio over the cap."""
    return f"{label}: at least {seconds:.0f} s of audio, more than the {max_seconds:.0f} s allowed; cut it into parts"
