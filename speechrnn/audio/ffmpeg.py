"""Decoding by an `ffmpeg` on the PATH, for those who have it and not PyAV.

It gets bytes on its standard input and nothing else: no file's name ever stands on its command line, and it may open
nothing besides that input. It answers with WAV, whose header tells rate and channels.
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from typing import IO, BinaryIO, Final, cast

from speechrnn.audio.decoder import Decoder, Samples, UndecodableError, at_once, damaged
from speechrnn.audio.media import FORMATS
from speechrnn.audio.raw import RawDecoder
from speechrnn.audio.spool import spooled
from speechrnn.audio.wav_pipe import WavPipe

_MOST_CPU_SECONDS: Final = 3600
_MOST_WAITING_SECONDS: Final = 300.0
_MOST_BYTES_AT_ONCE: Final = 2**28
_NO_TRACK: Final = "matches no streams"
# `fd` can seek in a file, which m4a with its index at the end needs; only ffmpeg 6 and later has it.
_INPUTS: Final = ("fd", "pipe")


@contextmanager
def open_ffmpeg(stream: BinaryIO, program: str) -> Iterator[Decoder]:
    """Decode the first sound track of a stream that can seek.

    Args:
        stream: the recording.
        program: the path of ffmpeg.

    Raises:
        UndecodableError: ffmpeg cannot decode it; gives its reason.
    """
    if not isinstance(stream, FileIO):
        with spooled(stream) as file, open_ffmpeg(file, program) as decoder:
            yield decoder
        return
    for protocol in _INPUTS:
        with _running(stream, program, protocol) as (process, faults):
            with _watched(process):
                wav = WavPipe(cast(BinaryIO, process.stdout)).decoder
            if wav is not None:
                yield FfmpegDecoder(process, faults, wav)
                return
            process.wait()
            reason = _reason(faults)
        if "Protocol not found" not in reason and "Option not found" not in reason:
            break
    raise UndecodableError(_told(reason))


class FfmpegDecoder:
    """A `Decoder`, see there, over the samples that a running ffmpeg writes."""

    num_samples = None
    expected_seconds = None

    def __init__(self, process: "subprocess.Popen[bytes]", faults: IO[bytes], wav: RawDecoder) -> None:
        """Read from behind the header."""
        self._process, self._faults, self._wav = process, faults, wav
        self.sample_rate_hz, self.num_channels = wav.sample_rate_hz, wav.num_channels

    def read(self, num_samples: int) -> Samples:
        """Read the next samples, `(num_samples, num_channels)`."""
        with _watched(self._process):
            block = self._wav.read(num_samples)
            if len(block) < num_samples and self._process.wait():
                raise damaged(_told(_reason(self._faults)))
        return block

    def skip(self, num_samples: int) -> None:
        """Pass over samples by decoding them."""
        while num_samples > 0 and (passed := len(self.read(at_once(num_samples, self.num_channels)))):
            num_samples -= passed


@contextmanager
def _watched(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Stop a process that keeps its reader waiting for minutes."""
    watchdog = threading.Timer(_MOST_WAITING_SECONDS, process.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


@contextmanager
def _running(stream: FileIO, program: str, protocol: str) -> "Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]":
    """Start ffmpeg on a file; it is gone when this ends."""
    os.lseek(stream.fileno(), 0, os.SEEK_SET)
    # What it says goes to a file: a pipe nobody empties would stop it.
    with tempfile.TemporaryFile() as faults:
        process = subprocess.Popen(_command(program, protocol), stdin=stream, stdout=subprocess.PIPE, stderr=faults)
        try:
            yield process, faults
        finally:
            process.kill()
            process.communicate()


def _command(program: str, protocol: str) -> list[str]:
    limits = ["-timelimit", str(_MOST_CPU_SECONDS), "-max_alloc", str(_MOST_BYTES_AT_ONCE)]
    only = ["-protocol_whitelist", protocol, "-format_whitelist", FORMATS]
    source = ["-fd", "0", "-i", "fd:"] if protocol == "fd" else ["-i", "pipe:0"]
    wanted = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"]
    # -xerror: a fault ends it, and is not papered over with silence.
    return [program, "-hide_banner", "-nostdin", "-xerror", "-loglevel", "error", *limits, *only, *source, *wanted]


def _reason(faults: IO[bytes]) -> str:
    """Return the last line that ffmpeg wrote, or the one that tells most, without the parts of it that spoke."""
    faults.seek(0)
    lines = faults.read(2**16).decode("utf-8", "replace").strip().splitlines()
    telling = [line for line in lines if _NO_TRACK in line] or lines
    return re.sub(r"\[[^]]*\] *", "", telling[-1])[:200] if telling else "it gave no reason"


def _told(reason: str) -> str:
    """Quote a reason, where it is more than that ffmpeg does not know such a file."""
    if _NO_TRACK in reason:
        return "there is no sound track in it"
    return "" if "Invalid data found" in reason or "Invalid argument" in reason else f"ffmpeg: {reason}"
