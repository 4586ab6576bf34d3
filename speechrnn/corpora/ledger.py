"""What must be remembered of every utterance while a corpus is checked, kept on disk so that memory stays flat.

A temporary SQLite file: ids that are taken, files that were measured, what recordings are called, who speaks. It is
deleted at the end, and not worth keeping: no journal is written and nothing is forced to the disk.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Final

from speechrnn.audio import AudioInfo
from speechrnn.corpora.measure import Measured
from speechrnn.corpora.sphinx import FeatureInfo
from speechrnn.errors import CorpusError

_TABLES: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -4000;
    CREATE TABLE ids (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID;
    CREATE TABLE files (path TEXT PRIMARY KEY, measured TEXT, fault TEXT) WITHOUT ROWID;
    CREATE TABLE recordings (split TEXT, path TEXT, id TEXT, PRIMARY KEY (split, path)) WITHOUT ROWID;
    CREATE TABLE speakers (split TEXT, speaker TEXT, PRIMARY KEY (split, speaker)) WITHOUT ROWID;
    BEGIN;
"""


class Ledger:
    """Remembers utterances and files by name. `connection` is for tables of others."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with nothing remembered."""
        self.connection = connection
        connection.executescript(_TABLES)

    def taken_by(self, utterance_id: str, place: str) -> str | None:
        """Take an id for an utterance, unless it is taken; return the place of the one that has it already."""
        if self._insert("INSERT OR IGNORE INTO ids VALUES (?, ?)", utterance_id, place):
            return None
        (first,) = self.connection.execute("SELECT place FROM ids WHERE id = ?", (utterance_id,)).fetchone()
        return str(first)

    def find(self, path: Path) -> Measured | str | None:
        """Return what was found of a file, the reason why it cannot be read, or None before it is measured."""
        row = self.connection.execute("SELECT measured, fault FROM files WHERE path = ?", (str(path),)).fetchone()
        if row is None:
            return None
        measured, fault = row
        return str(fault) if measured is None else _measured(measured)

    def remember(self, path: Path, found: Measured | str) -> None:
        """Keep what was found of a file."""
        fault = found if isinstance(found, str) else None
        measured = None if isinstance(found, str) else json.dumps([*astuple(found)])
        self._insert("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", str(path), measured, fault)

    def recording_id(self, split: str, path: Path, utterance_id: str) -> tuple[str, bool]:
        """Name a file after its first utterance in a split, so that for one utterance a file both names are the same.

        Returns:
            The name, and whether the file is new in this split.
        """
        if self._insert("INSERT OR IGNORE INTO recordings VALUES (?, ?, ?)", split, str(path), utterance_id):
            return utterance_id, True
        query = "SELECT id FROM recordings WHERE split = ? AND path = ?"
        (first,) = self.connection.execute(query, (split, str(path))).fetchone()
        return str(first), False

    def add_speaker(self, split: str, speaker: str) -> None:
        """Note that somebody speaks in a split."""
        self._insert("INSERT OR IGNORE INTO speakers VALUES (?, ?)", split, speaker)

    def num_speakers(self, split: str) -> int:
        """Count who speaks in a split."""
        (count,) = self.connection.execute("SELECT count(*) FROM speakers WHERE split = ?", (split,)).fetchone()
        return int(count)

    def _insert(self, statement: str, *values: str | None) -> bool:
        """Run an insertion; tell whether it added a row."""
        return self.connection.execute(statement, values).rowcount > 0


@contextmanager
def open_ledger(folder: Path | None) -> Iterator[Ledger]:
    """Begin a ledger, and delete it at the end, also after an error.

    Args:
        folder: where its file lies meanwhile; None for the system's folder of temporary files.

    Raises:
        CorpusError: the disk is full, or the folder cannot be written to.
    """
    # An empty name is SQLite's own for a nameless file, which goes with the process.
    path = None if folder is None else folder / f".ledger.{os.getpid()}.sqlite"
    try:
        connection = sqlite3.connect(path or "", isolation_level=None)
        try:
            ledger = Ledger(connection)
            _delete(path)  # where files may be deleted while they are open, not even a kill leaves it behind
            yield ledger
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise CorpusError(
            f"{folder or 'temporary folder'}: cannot keep the list of utterances ({error}); free some space there"
        ) from error
    finally:
        _delete(path)


def _delete(path: Path | None) -> None:
    if path is not None:
        with suppress(OSError):
            path.unlink()


def _measured(text: str) -> Measured:
    """Read back what `remember` wrote."""
    size, digest, peak, rms, clipped = json.loads(text)
    info = FeatureInfo(*size) if len(size) == 1 else AudioInfo(*size)
    return Measured(info=info, digest=digest, peak=peak, rms=rms, clipped=clipped)
