"""A user's own recordings: a directory with a transcript beside each file, or a table that names both.

In a directory, `talks/a.wav` goes with `talks/a.txt`, its id is `talks/a`, subfolders are walked, and folders `train`,
`dev` and `test` at the top are taken as the split. A table resolves relative paths against its own folder; `start` and
`end` cut parts out of longer files. See `table` for the columns and `auto_split` for splits that are not given.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from speechrnn.corpora.auto_split import UNDECIDED, assign_splits
from speechrnn.corpora.bad_lines import bad_line
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.encoding import read_text
from speechrnn.corpora.files_below import files_below
from speechrnn.corpora.imports.recognise import find_importer
from speechrnn.corpora.imports.shar import is_shar
from speechrnn.corpora.near_name import same_file
from speechrnn.corpora.problem import Problem, joined
from speechrnn.corpora.table import Row, read_table
from speechrnn.corpora.transcript import text_problems
from speechrnn.corpora.utterance import Listing, Utterance, Walk, fault_of
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_AUDIO_SUFFIXES: Final = frozenset(
    {".aif", ".aiff", ".au", ".caf", ".flac", ".mp3", ".oga", ".ogg", ".opus", ".sph", ".w64", ".wav"}
)
_NOTES: Final = frozenset({"readme", "license", "licence", "copying", "notes", "changelog"})
_SPLITS: Final = frozenset({"train", "dev", "test"})
_TABLES: Final = frozenset({".csv", ".tsv", ".jsonl"})


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List a directory or a table, and split what has no split.

    Raises:
        CorpusError: nothing to be found there, or no line of the table can be read.
        UsageError: it is not clear which layout it is or which parts to take, or a setting does not go with it.
    """
    find = find_importer(source, config, lambda: _has_pairs(source)) or _find
    listing = assign_splits(Walk(lambda: find(source, config)), config)
    if not any(map(_has_place, listing.utterances)):
        wanted = "utterance to use" if find is not _find else "sound file with a transcript (a.wav with a.txt)"
        raise CorpusError(f"corpus folder: {source} holds no {wanted}{_first_fault(listing)}")
    is_own = listing.split_by != "draw" and not is_shar(source)  # archives were split when they were packed
    return replace(listing, split_by="user") if is_own else listing


def fingerprint(source: Path) -> str:
    """Hash what a user may edit: the table, or names, sizes and times of every file in the directory."""
    if not source.is_dir():
        with source.open("rb") as table:
            return hashlib.file_digest(table, "sha256").hexdigest()
    digest = hashlib.sha256()
    for file, _ in files_below(source):
        status = file.stat()
        digest.update(
            f"{file.relative_to(source)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape")
        )
    return digest.hexdigest()


def _has_place(item: Utterance | Problem) -> bool:
    """Tell an utterance, faulty as it may be, from a sound of which no transcript speaks."""
    return isinstance(item, Utterance) and all(fault.kind != "missing_text" for fault in item.faults)


def _first_fault(listing: Listing) -> str:
    """Say why nothing could be used."""
    first = next(filter(None, map(fault_of, listing.utterances)), None)
    return "" if first is None else f"; the first fault is {first.path}: {first.reason}"


def _find(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """Find everything, splits as they are given."""
    table = _only_table(source) if source.is_dir() else source
    if table is None:
        return _walk(source, config.encoding)
    return (_from_row(table, row) for row in read_table(table, config.encoding))


def _only_table(source: Path) -> Path | None:
    """Find the table that a folder of recordings is listed in, where they have no transcripts beside them."""
    tables = [file for file in sorted(source.iterdir()) if file.suffix.lower() in _TABLES and file.name[0] != "."]
    return tables[0] if len(tables) == 1 and not _has_pairs(source) else None


def _has_pairs(source: Path) -> bool:
    """Tell whether any sound file of a folder has a transcript beside it."""
    files = files_below(source) if source.is_dir() else ()
    return any(file.suffix.lower() in _AUDIO_SUFFIXES and f"{file.stem}.txt" in beside for file, beside in files)


def _walk(root: Path, encoding: str | None) -> Iterator[Utterance | Problem]:
    """Join sound files with transcripts; either without the other is a problem."""
    for file, beside in files_below(root):
        name = file.relative_to(root).with_suffix("").as_posix()
        if file.suffix.lower() in _AUDIO_SUFFIXES:
            yield _with_transcript(root, file, name, encoding)
        elif file.suffix == ".txt" and file.stem.lower() not in _NOTES:
            if not any(f"{file.stem}{suffix}" in beside for suffix in _AUDIO_SUFFIXES):
                yield Problem(
                    name, str(file), "missing_audio", "a transcript with no sound file of this name beside it"
                )


def _with_transcript(root: Path, file: Path, name: str, encoding: str | None) -> Utterance:
    """Read the transcript of one sound file; its lines are joined by spaces."""
    transcript = file.with_suffix(".txt")
    top = file.relative_to(root).parts[0]
    utterance = Utterance(
        utterance_id=name, split=top if top in _SPLITS else UNDECIDED, path=file, text="", text_file=transcript
    )
    try:
        return replace(utterance, text=" ".join(read_text(transcript, encoding).split()))
    except CorpusError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            fault = Problem(name, str(file), "missing_text", f"no transcript {transcript.name} beside it")
            return replace(utterance, text_file=None, faults=(fault,))
        fault = Problem(name, str(file), "missing_text", f"its transcript cannot be read: {error}")
        return replace(utterance, faults=(fault,))


@lru_cache(maxsize=1024)
def _real_folder(folder: Path) -> Path:
    """Follow links and `..`, once for all files of a folder: it takes longer than all else that is done to a line."""
    return folder.resolve()


def _from_row(table: Path, row: Row | Problem) -> Utterance | Problem:
    """Turn one line of a table into an utterance."""
    if isinstance(row, Problem):
        return row
    if not row.audio:
        return _without_audio(table, row)
    audio = Path(row.audio.replace("\\", "/"))
    path = table.parent / audio.expanduser()
    path = same_file(_real_folder(path.parent) / path.name)
    start = row.start_seconds or 0.0
    name = audio.with_suffix("").as_posix()
    is_part = row.start_seconds is not None or row.end_seconds is not None
    utterance_id = row.row_id or (f"{name}@{start:.3f}" if is_part else name)
    return Utterance(
        utterance_id=utterance_id,
        split=row.split or UNDECIDED,
        path=path,
        text=row.text,
        speaker=row.speaker,
        start_seconds=start,
        duration_seconds=None if row.end_seconds is None else round(row.end_seconds - start, 6),
        text_file=table,
        line=row.line,
        faults=tuple(bad_line(table, row.line, why, utterance_id) for why in row.faults) if row.faults else (),
    )


def _without_audio(table: Path, row: Row) -> Problem:
    """Say all that is wrong with a line that names no sound."""
    faults = [bad_line(table, row.line, reason, row.row_id or "") for reason in row.faults]
    first = faults[0]
    return joined([*faults, *text_problems(first.utterance_id, first.path, row.text, first.where)])


CORPUS: Final = Corpus(
    name="folder",
    title="Your own recordings: a directory of audio with transcripts, or a table",
    language=None,
    licence="yours to know",
    folders=(),
    url="",
    how_to_get="give its place with --path",
    list_utterances=list_utterances,
    can_leave_out=True,
    draws_split=True,
    fingerprint=fingerprint,
    takes=("language", "parts", "format", "tier", "encoding"),
)
