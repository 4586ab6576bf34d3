"""A user's own recordings: a directory with a transcript beside each file, or a table that names both.

In a directory, `talks/a.wav` goes with `talks/a.txt`, its id is `talks/a`, subfolders are walked, and folders `train`,
`dev` and `test` at the top are taken as the split. A table resolves relative paths against its own folder; `start` and
`end` cut parts out of longer files. See `table` for the columns and `auto_split` for splits that are not given.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from speechrnn.corpora.auto_split import UNDECIDED, assign_splits
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.table import Row, read_table
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_AUDIO_SUFFIXES: Final = frozenset(
    {".aif", ".aiff", ".au", ".caf", ".flac", ".mp3", ".oga", ".ogg", ".opus", ".sph", ".w64", ".wav"}
)
_NOTES: Final = frozenset({"readme", "license", "licence", "copying", "notes", "changelog"})
_SPLITS: Final = frozenset({"train", "dev", "test"})


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List a directory or a table, and split what has no split.

    Raises:
        CorpusError: nothing to be found there, or a line of the table cannot be used.
    """
    if source.is_dir():
        found = list(_walk(source))
    else:
        found = [_from_row(source, row) for row in read_table(source)]
    utterances = [item for item in found if isinstance(item, Utterance)]
    problems = tuple(item for item in found if isinstance(item, Problem))
    if not utterances:
        first = f"; the first fault is {problems[0].path}: {problems[0].reason}" if problems else ""
        raise CorpusError(f"corpus folder: {source} holds no sound file with a transcript (a.wav with a.txt){first}")
    return Listing(assign_splits(utterances, config), problems)


def fingerprint(source: Path) -> str:
    """Hash what a user may edit: the table, or names, sizes and times of every file in the directory."""
    digest = hashlib.sha256()
    if not source.is_dir():
        digest.update(source.read_bytes())
    else:
        for file in _files(source):
            status = file.stat()
            digest.update(
                f"{file.relative_to(source)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape")
            )
    return digest.hexdigest()


def _files(root: Path) -> list[Path]:
    """Find every visible file below a directory, in an order that does not depend on the file system."""
    found: list[Path] = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        found += [Path(folder, name) for name in names if not name.startswith(".")]
    return sorted(found)


def _walk(root: Path) -> Iterator[Utterance | Problem]:
    """Join sound files with transcripts; either without the other is a problem."""
    files = _files(root)
    recorded = {file.with_suffix("") for file in files if file.suffix.lower() in _AUDIO_SUFFIXES}
    for file in files:
        name = file.relative_to(root).with_suffix("").as_posix()
        if file.suffix.lower() in _AUDIO_SUFFIXES:
            yield _with_transcript(root, file, name)
        elif file.suffix == ".txt" and file.with_suffix("") not in recorded and file.stem.lower() not in _NOTES:
            yield Problem(name, str(file), "missing_audio", "a transcript with no sound file of this name beside it")


def _with_transcript(root: Path, file: Path, name: str) -> Utterance | Problem:
    """Read the transcript of one sound file; its lines are joined by spaces."""
    transcript = file.with_suffix(".txt")
    try:
        text = " ".join(transcript.read_text(encoding="utf-8-sig").split())
    except FileNotFoundError:
        return Problem(name, str(file), "missing_text", f"no transcript {transcript.name} beside it")
    except (OSError, UnicodeDecodeError) as error:
        return Problem(name, str(file), "missing_text", f"its transcript {transcript.name} cannot be read ({error})")
    top = file.relative_to(root).parts[0]
    return Utterance(utterance_id=name, split=top if top in _SPLITS else UNDECIDED, path=file, text=text)


def _from_row(table: Path, row: Row) -> Utterance:
    """Turn one line of a table into an utterance."""
    path = (table.parent / Path(row.audio.replace("\\", "/")).expanduser()).resolve()
    start = row.start_seconds or 0.0
    name = Path(row.audio.replace("\\", "/")).with_suffix("").as_posix()
    is_part = row.start_seconds is not None or row.end_seconds is not None
    return Utterance(
        utterance_id=row.row_id or (f"{name}@{start:.3f}" if is_part else name),
        split=row.split or UNDECIDED,
        path=path,
        text=row.text,
        speaker=row.speaker,
        start_seconds=start,
        duration_seconds=None if row.end_seconds is None else round(row.end_seconds - start, 6),
    )


CORPUS: Final = Corpus(
    name="folder",
    title="Your own recordings: a directory of audio with transcripts, or a table",
    language=None,
    licence="yours to know",
    size="any",
    folders=(),
    url="",
    how_to_get="give its place with --path",
    list_utterances=list_utterances,
    can_leave_out=True,
    draws_split=True,
    fingerprint=fingerprint,
)
