"""Many recordings with one model: faults of the command before any work, then each recording on its own.

A recording that fails is reported and skipped; it never costs another one its transcript.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.audio import Audio, read_audio
from speechrnn.errors import AudioError, SpeechRnnError, UsageError
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers import WRITERS

STDIN: Final = "-"
_STDIN_STEM: Final = "stdin"


@dataclass(frozen=True, slots=True)
class Job:
    """One recording (a path, or `-` for standard input) and the file its transcript goes to, if any."""

    source: str
    target: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a transcript, or the error that stands in its place."""

    job: Job
    transcript: Transcript | None = None
    error: str = ""
    warning: str = ""


def plan(sources: Sequence[str], output_dir: Path | None, suffix: str) -> list[Job]:
    """Pair every recording with its output file, `<stem>.<suffix>` in `output_dir`.

    Raises:
        UsageError: names every source that is no file; standard input named twice; two recordings whose transcripts
            would be written to one file; `output_dir` is not a folder.
    """
    jobs = [Job(source, _target(source, output_dir, suffix)) for source in sources]
    faults = [*_missing(sources), *_collisions(jobs)]
    if output_dir is not None and output_dir.exists() and not output_dir.is_dir():
        faults.append(f"{output_dir}: is a file, a folder to write into was wanted")
    if faults:
        raise UsageError("\n".join(faults))
    return jobs


def run(recognizer: Recognizer, jobs: Iterable[Job], suffix: str) -> Iterator[Outcome]:
    """Transcribe one recording after the other, writing the files of those jobs that have one."""
    for job in jobs:
        try:
            audio = read_source(job.source)
            transcript = _recognize(recognizer, audio, job.source)
            if job.target is not None:
                job.target.write_text(WRITERS[suffix](transcript, job.source), encoding="utf-8")
        except SpeechRnnError as error:
            yield Outcome(job, error=str(error))
        except OSError as error:
            yield Outcome(job, error=f"{job.source}: cannot write {job.target} ({error.strerror})")
        else:
            yield Outcome(job, transcript, warning=_narrow_band(job.source, audio, recognizer.model.sample_rate_hz))


def _recognize(recognizer: Recognizer, audio: Audio, source: str) -> Transcript:
    try:
        return recognizer.transcribe(audio)
    except SpeechRnnError as error:  # a recogniser does not know where its samples came from
        raise AudioError(f"{source}: {error}") from error


def _target(source: str, output_dir: Path | None, suffix: str) -> Path | None:
    if output_dir is None:
        return None
    return output_dir / f"{_STDIN_STEM if source == STDIN else Path(source).stem}.{suffix}"


def _missing(sources: Sequence[str]) -> Iterator[str]:
    for source in dict.fromkeys(sources):
        if source == STDIN:
            if sources.count(STDIN) > 1:
                yield f"{STDIN}: standard input can be read only once, it was named {sources.count(STDIN)} times"
        elif Path(source).is_dir():
            yield f"{source}: is a folder, a sound file was wanted; name its files, for example {source}/*.wav"
        elif not Path(source).exists():
            yield f"{source}: no such file"


def _collisions(jobs: Sequence[Job]) -> Iterator[str]:
    sources_of: dict[str, list[str]] = defaultdict(list)
    for job in jobs:
        if job.target is not None:
            sources_of[os.path.normcase(job.target)].append(job.source)
    for target, sources in sources_of.items():
        if len(sources) > 1:
            yield f"{' and '.join(sources)}: would both be written to {target}; give them different -o folders"


def read_source(source: str) -> Audio:
    """Decode a recording named on the command line: a path, or `-` for standard input.

    Raises:
        AudioError: it cannot be decoded, or standard input is closed.
    """
    if source != STDIN:
        return read_audio(source)
    if sys.stdin is None:  # the shell closed it, as `<&-` does
        raise AudioError(f"{STDIN}: standard input is closed; pipe a sound file into it")
    return read_audio(sys.stdin.buffer, name=STDIN)


def _narrow_band(source: str, audio: Audio, wanted_hz: int) -> str:
    if audio.sample_rate_hz >= wanted_hz:
        return ""
    return (
        f"{source}: {audio.sample_rate_hz} Hz, below the model's {wanted_hz} Hz: the upper frequencies the model was "
        "trained on are missing, so expect more errors"
    )
