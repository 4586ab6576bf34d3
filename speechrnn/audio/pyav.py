"""Decoding by PyAV, the libraries of ffmpeg inside this process. An optional package: only `audio.media` comes here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from speechrnn.audio.decoder import GET_WHOLE, Samples, UndecodableError, at_once, damaged
from speechrnn.audio.media import FORMATS

# What a whole file may lack of the length that it declares: padding of the encoder, an edit list.
_SHARE_LACKING: Final = 0.02
_SECONDS_LACKING: Final = 0.25


@contextmanager
def open_pyav(stream: BinaryIO) -> "Iterator[PyavDecoder]":
    """Open the first sound track of a stream that can seek.

    Raises:
        UndecodableError: the format is none of `audio.media.FORMATS`, or it holds no sound.
    """
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "pipe"}
    try:
        # A title may be in any encoding, and is of no use here.
        container = av.open(_Bytes(stream), mode="r", options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        raise UndecodableError(_reason(error)) from error
    with container:
        if not container.streams.audio:
            raise UndecodableError("there is no sound track in it")
        yield PyavDecoder(container, container.streams.audio[0])


class _Bytes:
    """The content of a stream without its name, which the libraries would take for an address."""

    def __init__(self, stream: BinaryIO) -> None:
        self.read, self.seek, self.tell = stream.read, stream.seek, stream.tell


class PyavDecoder:
    """A `Decoder`, see there; holds what is left of a frame between two blocks."""

    num_samples = None

    def __init__(self, container: InputContainer, stream: AudioStream) -> None:
        """Decode the first frame, which alone tells the true rate: AAC may double the one in the header."""
        self._blocks = _blocks(container, stream)
        self._declared = _declared_seconds(container, stream)
        whole = None if container.duration is None else container.duration / av.time_base
        self.expected_seconds = self._declared or whole
        try:
            self._rest, self.sample_rate_hz = next(self._blocks)
        except (av.FFmpegError, ValueError) as error:
            raise UndecodableError(_reason(error)) from error
        except StopIteration:
            raise UndecodableError("its sound track is empty") from None
        self.num_channels = self._rest.shape[1]
        self._decoded = len(self._rest)

    def read(self, num_samples: int) -> Samples:
        """Decode the next samples, `(num_samples, num_channels)`."""
        parts, held = [self._rest], len(self._rest)
        while held < num_samples and (block := self._next()) is not None:
            parts.append(block)
            held += len(block)
        joined = np.concatenate(parts)
        self._rest = joined[num_samples:]
        return joined[:num_samples]

    def skip(self, num_samples: int) -> None:
        """Pass over samples by decoding them: a compressed stream has no exact place to jump to."""
        while num_samples > 0 and (passed := len(self.read(at_once(num_samples, self.num_channels)))):
            num_samples -= passed

    def _next(self) -> Samples | None:
        try:
            block, _ = next(self._blocks)
        except (av.FFmpegError, ValueError) as error:
            raise damaged(_reason(error)) from error
        except StopIteration:
            self._check_whole()
            return None
        self._decoded += len(block)
        return block

    def _check_whole(self) -> None:
        """Refuse a file cut short: the libraries of ffmpeg let it merely end early."""
        seconds = self._decoded / self.sample_rate_hz
        if self._declared is not None and seconds < self._declared * (1 - _SHARE_LACKING) - _SECONDS_LACKING:
            raise UndecodableError(
                f"truncated, {seconds:.3f} s of audio where its header says {self._declared:.3f} s; {GET_WHOLE}"
            )


def _declared_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """Return the length that a header declares; None where libavformat only estimates one, or video may be longer."""
    if container.format.name.startswith("mov") and stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.format.name.startswith("matroska") and container.duration and len(container.streams) == 1:
        return container.duration / av.time_base
    return None


def _blocks(container: InputContainer, stream: AudioStream) -> Iterator[tuple[Samples, int]]:
    """Decode frame by frame, all in the layout and at the rate of the first; with that rate."""
    resampler: av.AudioResampler | None = None
    rate = 0
    for frame in container.decode(stream):
        if resampler is None:
            rate = frame.sample_rate
            resampler = av.AudioResampler(format="fltp", layout=frame.layout, rate=rate)
        yield from ((_samples(one), rate) for one in resampler.resample(frame))
    if resampler is not None:
        yield from ((_samples(one), rate) for one in resampler.resample(None))


def _samples(frame: AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray(), np.float32).T


def _reason(error: Exception) -> str:
    """Quote what the libraries say of a file, where it is more than that they do not know it."""
    if isinstance(error, av.error.InvalidDataError | av.error.ArgumentError | ValueError):
        return ""
    return f"PyAV: {getattr(error, 'strerror', None) or error}"
