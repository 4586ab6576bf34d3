"""Writes every split of a prepared corpus in the layout of another toolkit; the sound stays where it is."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from speechrnn.audio.archived import member_of
from speechrnn.corpora.exports.kaldi import write_kaldi
from speechrnn.corpora.exports.nemo import write_nemo
from speechrnn.corpora.exports.stored import StoredSplit, open_split
from speechrnn.corpora.prepare import PreparedCorpus
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress, silent

LAYOUTS: Final[Mapping[str, Callable[[StoredSplit, str, Path], int]]] = MappingProxyType(
    {"kaldi": write_kaldi, "nemo": write_nemo}
)


def export_corpus(prepared: PreparedCorpus, layout: str, output: Path, progress: Progress = silent) -> dict[str, int]:
    """Write a corpus into a folder that is new or empty.

    Args:
        prepared: the corpus.
        layout: one of `LAYOUTS`.
        output: where to.
        progress: told how far the work is.

    Returns:
        Utterances by split.

    Raises:
        UsageError: no such layout, or something is in the folder already.
        CorpusError: the corpus holds no sound files that other toolkits can read, or names that would be the same.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"export to {layout!r}: not known; choose from {', '.join(LAYOUTS)}")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UsageError(f"{output}: holds something already; wanted a new or empty folder, so that nothing is mixed")
    counts: dict[str, int] = {}
    for done, split in enumerate(prepared.splits, start=1):
        with open_split(prepared, split) as stored:
            _refuse_archives(prepared.name, stored)
            counts[split] = LAYOUTS[layout](stored, split, output)
        progress("writing splits", done, len(prepared.splits))
    return counts


def _refuse_archives(name: str, stored: StoredSplit) -> None:
    """Refuse sound that only we read in place."""
    first = next((one for one in stored if member_of(Path(one.path)) is not None), None)
    if first is not None:
        raise CorpusError(f"corpus {name}: {first.path} lies in an archive; unpack it and prepare the files instead")
