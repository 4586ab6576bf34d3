"""Any sound file, or a stream, to mono float32 samples, whole in memory; see `audio.stream` for block by block.

Samples are dimensionless, full scale is 1; times are in seconds.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from speechrnn.audio.channels import to_mono
from speechrnn.audio.decoder import Samples
from speechrnn.audio.stream import open_stream
from speechrnn.errors import AudioError

MAX_SECONDS: Final = 4 * 3600.0


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
    channel: int | None = None,
) -> Audio:
    """Decode a sound file, or a part of it, and average its channels, or take one of them.

    Args:
        source: a path, or a binary stream such as standard input.
        name: how errors call the source; a path's own text by default.
        start_seconds: where the wanted part begins.
        duration_seconds: how long the wanted part is; None, or past the end, reads to the end.
        max_seconds: the longest part that is decoded.
        channel: the one that is wanted, from 0; None for the mean of all.

    Returns:
        The part, at the file's own sample rate, clipped to [-1, 1].

    Raises:
        AudioError: the source is missing, unreadable, shorter than its header says, empty, over `max_seconds`, ends
            before `start_seconds`, or holds values that are not finite; or it has no such channel.
    """
    with open_stream(source, name=name, max_seconds=max_seconds) as stream:
        if channel is not None and not 0 <= channel < stream.num_channels:
            raise AudioError(
                f"{stream.name}: has no channel {channel}; channels 0 to {stream.num_channels - 1} are there"
            )
        part = stream.blocks(start_seconds=start_seconds, duration_seconds=duration_seconds)
        samples = [to_mono(block, channel) for block in part]
        return Audio(np.concatenate(samples), stream.sample_rate_hz)


def probe_audio(path: str | Path) -> AudioInfo:
    """Read the header of a sound file only.

    Raises:
        AudioError: the file is missing or no sound file, or a WAV shorter than its header says; or nothing in it tells
            its length.
    """
    with open_stream(path) as stream:
        if stream.duration_seconds is None:
            raise AudioError(f"{path}: its header does not tell how long it is; convert it to wav or flac")
        num_samples = round(stream.duration_seconds * stream.sample_rate_hz)
        return AudioInfo(num_samples, stream.sample_rate_hz, stream.num_channels)
