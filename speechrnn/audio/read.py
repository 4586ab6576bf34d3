"""Any sound file, or a stream, to mono float32 samples.

libsndfile (through `soundfile`) decodes wav, flac, ogg, opus, mp3, aiff and NIST sphere. Decoding goes block by block
so that the duration cap holds whatever the header claims: 25 MB of Opus can unpack to many gigabytes.
Samples are dimensionless, full scale is 1; times are in seconds.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import soundfile

from speechrnn.audio.container import missing_bytes
from speechrnn.errors import AudioError

MAX_SECONDS: Final = 4 * 3600.0
_MAX_STREAM_BYTES: Final = 2 * 1024**3
_BLOCK_SECONDS: Final = 30
_FOREIGN_SUFFIXES: Final = frozenset({".aac", ".m4a", ".mka", ".mkv", ".mov", ".mp4", ".webm", ".wma"})

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono audio.

    Attributes:
        samples: float32 `(num_samples,)`, finite, within [-1, 1].
        sample_rate_hz: samples per second.
    """

    samples: Samples
    sample_rate_hz: int

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What the header of a sound file says; `num_samples` is per channel."""

    num_samples: int
    sample_rate_hz: int
    num_channels: int

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.num_samples / self.sample_rate_hz


def read_audio(
    source: str | Path | BinaryIO,
    *,
    name: str | None = None,
    start_seconds: float = 0.0,
    duration_seconds: float | None = None,
    max_seconds: float = MAX_SECONDS,
) -> Audio:
    """Decode a sound file, or a part of it, and average its channels.

    Args:
        source: a path, or a binary stream such as standard input (read whole when it cannot seek).
        name: how errors call the source; a path's own text by default.
        start_seconds: where the wanted part begins.
        duration_seconds: how long the wanted part is; None, or past the end, reads to the end.
        max_seconds: the longest part that is decoded.

    Returns:
        The part, at the file's own sample rate, clipped to [-1, 1].

    Raises:
        AudioError: the source is missing, unreadable, shorter than its header says, empty, over `max_seconds`, ends
            before `start_seconds`, or holds values that are not finite.
    """
    label = _label(source, name)
    with _open(source, label) as file:
        _start_at(file, start_seconds, label)
        wanted = file.frames - file.tell()
        if duration_seconds is not None:
            wanted = min(wanted, round(duration_seconds * file.samplerate))
        if wanted > max_seconds * file.samplerate:
            raise AudioError(_too_long(label, wanted / file.samplerate, max_seconds))
        samples = _decode(
            file, None if _count_is_a_guess(file) and duration_seconds is None else wanted, max_seconds, label
        )
        rate = int(file.samplerate)
    if not len(samples):
        raise AudioError(f"{label}: holds no samples; an empty recording cannot be used")
    if not np.isfinite(samples).all():
        raise AudioError(f"{label}: holds samples that are not finite (NaN or infinity); export it again as 16-bit PCM")
    return Audio(np.clip(samples, -1.0, 1.0), rate)


def probe_audio(path: str | Path) -> AudioInfo:
    """Read the header of a sound file only.

    Raises:
        AudioError: the file is missing or no sound file, or a WAV shorter than its header says.
    """
    with _open(path, str(path)) as file:
        return AudioInfo(int(file.frames), int(file.samplerate), int(file.channels))


def _label(source: str | Path | BinaryIO, name: str | None) -> str:
    """Name a source for messages."""
    if name is not None:
        return name
    return str(source) if isinstance(source, str | Path) else str(getattr(source, "name", "audio stream"))


@contextmanager
def _open(source: str | Path | BinaryIO, label: str) -> Iterator[soundfile.SoundFile]:
    """Open a source for decoding; every failure to open or decode leaves as one AudioError."""
    try:
        if not isinstance(source, str | Path):
            stream = _seekable(source, label)
            _check_whole(stream, label)
            with soundfile.SoundFile(stream) as file:
                yield file
        else:
            # Unbuffered, so that libsndfile reads the descriptor itself, outside Python's lock.
            with Path(source).open("rb", buffering=0) as raw:
                _check_whole(raw, label)
                with soundfile.SoundFile(raw.fileno(), closefd=False) as file:
                    yield file
    except soundfile.LibsndfileError as error:
        raise AudioError(_unreadable(label, error.error_string)) from error
    except FileNotFoundError as error:
        raise AudioError(f"{label}: no such file") from error
    except OSError as error:
        raise AudioError(f"{label}: cannot be opened ({error.strerror or error})") from error


def _check_whole(stream: BinaryIO, label: str) -> None:
    """Check that there are bytes, and all that the header declares."""
    if _is_empty(stream):
        raise AudioError(f"{label}: the file is empty (0 bytes)")
    if missing := missing_bytes(stream):
        raise AudioError(f"{label}: truncated, {missing} bytes of audio that its header declares are missing")


def _is_empty(stream: BinaryIO) -> bool:
    """Tell whether nothing is left to read; the position is restored."""
    start = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(start)
    return end == start


def _seekable(stream: BinaryIO, label: str) -> BinaryIO:
    """Return the stream, or its whole content when it cannot seek (a pipe)."""
    if stream.seekable():
        return stream
    content = stream.read(_MAX_STREAM_BYTES + 1)
    if len(content) > _MAX_STREAM_BYTES:
        raise AudioError(f"{label}: more than {_MAX_STREAM_BYTES} bytes; give a file instead of a stream")
    return io.BytesIO(content)


def _start_at(file: soundfile.SoundFile, start_seconds: float, label: str) -> None:
    """Move to the wanted start, which must lie inside the file."""
    start = round(start_seconds * file.samplerate)
    if start < 0 or (start and start >= file.frames):
        length = file.frames / file.samplerate
        raise AudioError(f"{label}: start {start_seconds:g} s lies outside the audio, which is {length:.3f} s long")
    if start:
        file.seek(start)


def _count_is_a_guess(file: soundfile.SoundFile) -> bool:
    """MP3 without a Xing header states no length, and the decoder then estimates one from the bit rate."""
    return str(file.format) in {"MP3", "MPEG"}


def _decode(file: soundfile.SoundFile, wanted: int | None, max_seconds: float, label: str) -> Samples:
    """Decode `wanted` samples (None: to the end), averaging channels block by block.

    Returns:
        float32 `(num_samples,)`.
    """
    limit = int(max_seconds * file.samplerate)
    block_samples = _BLOCK_SECONDS * file.samplerate
    parts: list[Samples] = []
    num_samples = 0
    while wanted is None or num_samples < wanted:
        size = block_samples if wanted is None else min(block_samples, wanted - num_samples)
        block = file.read(size, dtype="float32", always_2d=True)
        if not len(block):
            break
        parts.append(block.mean(axis=1, dtype=np.float32))
        num_samples += len(block)
        if num_samples > limit:
            raise AudioError(_too_long(label, num_samples / file.samplerate, max_seconds))
    if wanted is not None and num_samples < wanted:
        raise AudioError(f"{label}: truncated, {num_samples} samples where its header says {wanted}")
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _too_long(label: str, seconds: float, max_seconds: float) -> str:
    """Word the error for audio over the cap."""
    return f"{label}: at least {seconds:.0f} s of audio, more than the {max_seconds:.0f} s allowed; cut it into parts"


def _unreadable(label: str, reason: str) -> str:
    """Word the error for a file libsndfile refuses, with the way out for formats it does not know."""
    hint = "wanted wav, flac, ogg, opus or mp3"
    if Path(label).suffix.lower() in _FOREIGN_SUFFIXES:
        hint = f"convert it first, for example: ffmpeg -i {label} {Path(label).stem}.wav"
    return f"{label}: cannot be decoded ({reason.rstrip('.')}); {hint}"
