"""Finds what train and test share: the same sound, or the same speaker. Either makes the score of the test too good.

Sound is the same where its samples are, whatever the file is called and whatever its format; silence does not count.
What was seen lies in the ledger's file, so memory does not grow with the corpus.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal

from speechrnn.audio import AudioInfo
from speechrnn.corpora.problem import Doubt
from speechrnn.corpora.utterance import Listing
from speechrnn.corpora.validate import Checked
from speechrnn.errors import CorpusError

_SHARED: Final[dict[Literal["same_audio", "same_speaker"], str]] = {
    "same_audio": "the same sound is in train, as",
    "same_speaker": "speaks in train too, as in",
}
_TABLE: Final = """
    CREATE TABLE shared (kind TEXT, name TEXT, split TEXT, id TEXT, path TEXT, place TEXT,
    PRIMARY KEY (kind, name, split)) WITHOUT ROWID
"""
_QUERY: Final = """
    SELECT test.kind, test.name, test.id, test.path, test.place, train.path FROM shared AS train
    JOIN shared AS test ON test.kind = train.kind AND test.name = train.name AND test.split = 'test'
    WHERE train.split = 'train'
"""


class LeakSearch:
    """Remembers what was said where by whom, and tells in the end what is on both sides."""

    def __init__(self, connection: sqlite3.Connection, listing: Listing, allow_leak: bool) -> None:
        """Begin with nothing seen.

        Args:
            connection: of the ledger.
            listing: says whose split it is.
            allow_leak: whether the user takes the split as it is.
        """
        self._connection, self._allow_leak = connection, allow_leak
        # A published split is what others are measured on, and a draw keeps speakers apart where there are enough.
        self._refuses_speakers = listing.split_by == "user"
        connection.execute(_TABLE)

    def add(self, checked: Checked) -> None:
        """Note an utterance."""
        utterance, measured = checked.utterance, checked.measured
        if utterance.split != "dev" and (measured.peak or not isinstance(measured.info, AudioInfo)):
            part = f"{utterance.start_seconds:.3f}+{checked.seconds:.3f} {utterance.channel}"
            self._note(checked, "same_audio", f"{measured.digest} {part}")
        if utterance.speaker is not None:
            self._note(checked, "same_speaker", utterance.speaker)

    def found(self) -> Iterator[Doubt]:
        """Yield one doubt for each sound and each speaker on both sides; of sounds the first utterance is named."""
        if not self._has_several_speakers():  # a single one cannot be kept apart
            self._connection.execute("DELETE FROM shared WHERE kind = 'same_speaker'")
        for kind, name, utterance_id, path, place, other in self._connection.execute(_QUERY):
            reason = f"{f'speaker {name!r} ' if kind == 'same_speaker' else ''}{_SHARED[kind]} {other}"
            is_refused = not self._allow_leak and (kind == "same_audio" or self._refuses_speakers)
            yield Doubt(utterance_id, path, kind, reason, place, is_refused)

    def _note(self, checked: Checked, kind: str, name: str) -> None:
        utterance = checked.utterance
        row = kind, name, utterance.split, utterance.utterance_id, str(utterance.path), utterance.where
        self._connection.execute("INSERT OR IGNORE INTO shared VALUES (?, ?, ?, ?, ?, ?)", row)

    def _has_several_speakers(self) -> bool:
        query = "SELECT DISTINCT name FROM shared WHERE kind = 'same_speaker' LIMIT 2"
        return len(self._connection.execute(query).fetchall()) > 1


def describe_leaks(leaks: Iterator[Doubt]) -> str:
    """Count those that are refused and name the first; empty where there are none."""
    kinds: Counter[str] = Counter()
    first = ""
    for leak in leaks:
        kinds[leak.kind] += leak.is_refused
        first = first or (f"{leak.path}: {leak.reason}" if leak.is_refused else "")
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    return counts and f"{counts}; {first}"


def refuse_leaks(name: str, described: str) -> None:
    """Refuse a corpus whose train and test share something.

    Raises:
        CorpusError: they do.
    """
    if described:
        raise CorpusError(
            f"corpus {name}: train and test share {described}; wanted none, as the test would be scored too well: "
            f"mend the split (`speechrnn prep validate` names all), or take it with --allow-leak, "
            "in a recipe corpus.allow_leak=true"
        )
