"""The embedded corpus: strings of one to six English digits, spoken by espeak-ng, made on this machine in seconds.

It needs no download, so that a first training run needs nothing but the package. Made under `DIR/spoken_digits/`:
`train|dev|test/<id>.wav` (16 kHz, 16 bit), `transcripts.tsv`, and `demo.wav` with its text in `demo.txt`. Dev and test
voices are unheard in train. It is made beside its place and renamed, so a folder of that name is always whole.
"""

import csv
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.digit_plan import PLAN_VERSION, DigitSizes
from speechrnn.corpora.digit_synthesis import TABLE, sizes_as_json
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError, MissingDependencyError
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig

_MARK: Final = "made.txt"
_USUAL: Final = DigitSizes()


def make(source: Path, progress: Progress = silent, sizes: DigitSizes = _USUAL) -> None:
    """Synthesise the corpus into its folder, unless this version of it is there.

    Raises:
        MissingDependencyError: espeak-ng is not installed, or does not work here.
        CorpusError: a folder of that name is there which this did not make.
    """
    mark = f"plan {PLAN_VERSION} {sizes_as_json(sizes)}\n"
    if (source / _MARK).exists() and (source / _MARK).read_text(encoding="utf-8") == mark:
        return
    if find_spec("espeakng_loader") is None:
        raise MissingDependencyError(
            "corpus spoken_digits: espeak-ng is not installed; get it with: pip install 'speechrnn[demo]'"
        )
    _refuse_to_replace(source)
    partial = source.with_name(f".{source.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    try:
        _run(partial, sizes, progress)
        (partial / _MARK).write_text(mark, encoding="utf-8")
        if source.exists():
            shutil.rmtree(source)
        partial.rename(source)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _refuse_to_replace(source: Path) -> None:
    """Leave a folder alone that holds somebody else's files."""
    if source.exists() and not (source / _MARK).exists():
        raise CorpusError(
            f"corpus spoken_digits: {source} is there but was not made by it; move it, or give another --data DIR"
        )


def fingerprint(source: Path) -> str:
    """Return the mark of the corpus in its folder, which says how it was made."""
    return (source / _MARK).read_text(encoding="utf-8").strip()


def _run(folder: Path, sizes: DigitSizes, progress: Progress) -> None:
    """Synthesise in a fresh process, whose espeak-ng has said nothing yet."""
    command = [sys.executable, "-m", "speechrnn.corpora.digit_synthesis", str(folder), sizes_as_json(sizes)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with (folder / "errors.txt").open("w+", encoding="utf-8") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as process:
            for line in process.stdout or ():
                done, total = line.split()
                progress("speaking digits", int(done), int(total))
        if process.returncode:
            errors.seek(0)
            reason = (errors.read().strip().splitlines() or [f"exit status {process.returncode}"])[-1]
            raise MissingDependencyError(f"corpus spoken_digits: could not be made; {reason}")
    (folder / "errors.txt").unlink()


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List what the table says; the split is the plan's."""
    with (source / TABLE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return Listing(
        tuple(
            Utterance(
                utterance_id=row["id"],
                split=row["split"],
                path=source / row["audio"],
                text=row["text"],
                speaker=row["speaker"],
            )
            for row in rows
        )
    )


CORPUS: Final = Corpus(
    name="spoken_digits",
    title="Digit strings by synthetic voices, made here: needs no download",
    language="en",
    licence="made on this machine with espeak-ng (a GPL-3 program; its output is free to use)",
    hours=0.8,
    num_speakers=57,
    access="made here",
    folders=("spoken_digits",),
    url="https://github.com/espeak-ng/espeak-ng",
    how_to_get="it is made by `speechrnn prep spoken_digits`",
    list_utterances=list_utterances,
    make=make,
    fingerprint=fingerprint,
)
