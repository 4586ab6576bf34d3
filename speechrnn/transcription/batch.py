"""Many recordings with one model: faults of the command before any work, then each recording on its own.

A recording that fails is reported and skipped; it never costs another one its transcript.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from speechrnn.atomic import write_bytes
from speechrnn.audio import Audio, AudioStream, RawFormat, open_stream, read_audio
from speechrnn.audio.decoder import UndecodableError
from speechrnn.audio.flaws import WatchedDecoder, narrow_band
from speechrnn.audio.spool import spooled
from speechrnn.errors import AudioError, SpeechRnnError, UsageError
from speechrnn.transcription.longform import join_parts, transcribe_parts
from speechrnn.transcription.naming import name_outputs
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.sources import STDIN, Source
from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers import WRITERS, suffix_of
from speechrnn.transcription.writers.options import PLAIN, WriteOptions


@dataclass(frozen=True, slots=True)
class Settings:
    """What is done with every recording.

    Attributes:
        forms: keys of `WRITERS`, what is written for jobs with a place to write to.
        write: how.
        channel: the one that is transcribed, from 0; None for the mean of all.
        split: whether every channel gets a transcript of its own.
        raw: how to read samples without a header.
    """

    forms: tuple[str, ...] = ()
    write: WriteOptions = PLAIN
    channel: int | None = None
    split: bool = False
    raw: RawFormat | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One recording (a path, or `-` for standard input).

    Attributes:
        source: its path or `-`.
        base: its output files without suffix, if any are wanted.
        fault: why it cannot be heard, where that is known before it is opened.
    """

    source: str
    base: Path | None = None
    fault: str = ""

    def target(self, form: str, channel: int | None = None) -> Path | None:
        """Give the file that a format is written to; with `.ch0` and so on where every channel has its own."""
        if self.base is None:
            return None
        part = "" if channel is None else f".ch{channel}"
        return self.base.with_name(f"{self.base.name}{part}.{suffix_of(form)}")


@dataclass(frozen=True, slots=True)
class Part:
    """The next part of a recording that is under way; `total_seconds` is its whole length where that is known."""

    job: Job
    transcript: Transcript
    total_seconds: float | None
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, or of one channel of it: a transcript, or the error that stands in its place.

    Attributes:
        job: what was to be done.
        transcript: None after an error.
        error: the reason, with the name of the recording.
        warning: what the user should know of a recording that was transcribed.
        channel: the one this is about, where every channel has its own transcript.
        last: whether nothing more comes of this job.
    """

    job: Job
    transcript: Transcript | None = None
    error: str = ""
    warning: str = ""
    channel: int | None = None
    last: bool = True


def plan(sources: Sequence[Source], output_dir: Path | None, forms: Sequence[str]) -> list[Job]:
    """Pair every recording with its output files in `output_dir`, named by `name_outputs`.

    Raises:
        UsageError: a recording came twice, so that its transcript would be written twice; `output_dir` is not a folder.
    """
    jobs = [
        Job(one.name, None if output_dir is None or one.fault else output_dir / name, one.fault)
        for one, name in zip(sources, name_outputs(sources), strict=True)
    ]
    faults = list(_collisions(jobs, forms))
    if output_dir is not None and output_dir.exists() and not output_dir.is_dir():
        faults.append(f"{output_dir}: is a file, a folder to write into was wanted")
    if faults:
        raise UsageError("\n".join(faults))
    return jobs


def unwritten(jobs: Iterable[Job], settings: Settings) -> list[Job]:
    """Leave out the jobs whose files are all there; files are written whole, and those of channel 0 come last."""
    first = 0 if settings.split else None
    return [job for job in jobs if job.fault or not all(_exists(job.target(form, first)) for form in settings.forms)]


def run(recognizer: Recognizer, jobs: Iterable[Job], settings: Settings) -> Generator[Part | Outcome, None, None]:
    """Transcribe one recording after the other, writing the files of those jobs that have some.

    Yields:
        The parts of a recording as they come, then its outcome: one, or with `settings.split` one per channel. A
        failure ends its job.
    """
    for job in jobs:
        if job.fault:
            yield Outcome(job, error=job.fault)
            continue
        try:
            yield from _transcribe(recognizer, job, settings)
        except SpeechRnnError as error:
            # A recogniser does not know where its samples came from.
            named = str(error).startswith(f"{job.source}: ")
            yield Outcome(job, error=str(error) if named else f"{job.source}: {error}")
        except OSError as error:
            yield Outcome(job, error=f"{job.source}: cannot write {error.filename} ({error.strerror})")
        except Exception as error:  # a fault of ours or of a library's, which costs this recording and no other
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            yield Outcome(job, error=f"{job.source}: failed unexpectedly ({reason}); please report this")


def _transcribe(recognizer: Recognizer, job: Job, settings: Settings) -> Iterator[Part | Outcome]:
    files: list[tuple[Path, bytes]] = []
    for channel, stream in _passes(job.source, settings):
        shown, parts = channel if settings.split else None, []
        last = shown is None or shown == stream.num_channels - 1
        watched = WatchedDecoder(stream.decoder, channel)
        for part in transcribe_parts(recognizer, replace(stream, decoder=watched), channel):
            parts.append(part)
            yield Part(job, part, stream.duration_seconds, shown)
        transcript = join_parts(parts)
        # Channel 0 stands last, and nothing is written before all channels are done: `unwritten` looks for its files.
        files = [*_files(job, transcript, settings, channel), *files]
        for target, content in files if last else ():
            write_bytes(target, content, durable=False)
        # What is true of all channels is said once per recording.
        of_all = [] if shown else narrow_band(stream.sample_rate_hz, recognizer.model.sample_rate_hz)
        warning = "; ".join([*of_all, *watched.flaws()])
        yield Outcome(job, transcript, warning=warning and f"{job.source}: {warning}", channel=shown, last=last)


def _files(job: Job, transcript: Transcript, settings: Settings, channel: int | None) -> Iterator[tuple[Path, bytes]]:
    """Lay out a transcript in every format, each with the file it goes to."""
    write = replace(settings.write, channel=channel)
    for form in settings.forms:
        if (target := job.target(form, channel if settings.split else None)) is not None:
            # Names that are not UTF-8 come out as they are.
            yield target, WRITERS[form](transcript, job.source, write).encode("utf-8", "surrogateescape")


def _passes(source: str, settings: Settings) -> Iterator[tuple[int | None, AudioStream]]:
    """Open a recording for each channel that is wanted: decoding again costs less than keeping hours of it."""
    with _reopenable(source, again=settings.split) as opened:
        channel = 0 if settings.split else settings.channel
        while True:
            with open_stream(opened, name=source, raw=settings.raw) as stream:
                yield channel, stream
                last = stream.num_channels - 1
            if not settings.split or channel is None or channel == last:
                return
            channel += 1
            if not isinstance(opened, str):
                opened.seek(0)


@contextmanager
def _reopenable(source: str, again: bool) -> Iterator[str | BinaryIO]:
    """Give what `open_stream` takes, and can take again if that is wanted: a pipe then goes to a file first."""
    if source != STDIN:
        yield source
        return
    stream = standard_input()
    with ExitStack() as stack:
        yield _kept(stream, stack) if again and not stream.seekable() else stream


def _kept(stream: BinaryIO, stack: ExitStack) -> BinaryIO:
    try:
        return stack.enter_context(spooled(stream))
    except UndecodableError as error:
        raise AudioError(f"{STDIN}: {error}") from error
    except OSError as error:  # of a full disk the system names no file
        raise AudioError(
            f"{STDIN}: cannot be copied to a temporary file ({error.strerror or error}), which --channel split reads "
            "once per channel; free some disk space, or name a file"
        ) from error


def standard_input() -> BinaryIO:
    """Give the bytes of standard input.

    Raises:
        AudioError: it is closed, or nobody pipes anything into it.
    """
    if sys.stdin is None:  # the shell closed it, as `<&-` does
        raise AudioError(f"{STDIN}: standard input is closed; pipe a sound file into it")
    if sys.stdin.buffer.isatty():
        raise AudioError(f"{STDIN}: standard input is the keyboard; pipe a sound file into it")
    return sys.stdin.buffer


def read_source(source: str) -> Audio:
    """Decode a recording named on the command line: a path, or `-` for standard input.

    Raises:
        AudioError: it cannot be decoded, or standard input is closed.
    """
    return read_audio(source) if source != STDIN else read_audio(standard_input(), name=STDIN)


def _collisions(jobs: Sequence[Job], forms: Sequence[str]) -> Iterator[str]:
    sources_of: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        if job.base is not None:
            sources_of[os.path.normcase(job.base)].append(job.source)
    for base, sources in sources_of.items():
        if len(sources) > 1:
            target = f"{base}.{suffix_of(forms[0])}"
            yield f"{' and '.join(sources)}: would both be written to {target}; name each recording once"


def _exists(path: Path | None) -> bool:
    return path is not None and path.exists()
