"""One split of a prepared corpus, utterances joined with their recordings, in any order and in flat memory.

Manifests are read as plain JSON into a temporary SQLite file, which joins and sorts them; text sorts there by the bytes
of its UTF-8, Kaldi's order.
"""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.prepare import PreparedCorpus
from speechrnn.errors import CorpusError

_SLACK_SECONDS: Final = 1e-4  # less than a sample: lhotse rounds
_TABLES: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE recordings (id TEXT PRIMARY KEY, path TEXT, seconds REAL, channels INTEGER) WITHOUT ROWID;
    CREATE TABLE utterances (
        place INTEGER PRIMARY KEY, id TEXT, recording TEXT, start REAL, duration REAL, text TEXT, speaker TEXT,
        language TEXT, channel INTEGER
    );
    BEGIN;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One utterance of a prepared corpus; times in seconds, `channel` from 0, or None for the mean of all."""

    utterance_id: str
    path: str
    text: str
    speaker: str | None
    language: str | None
    recording_id: str
    start_seconds: float
    duration_seconds: float
    recording_seconds: float
    num_channels: int
    channel: int | None

    @property
    def is_whole(self) -> bool:
        """Whether it is all of its recording."""
        return self.start_seconds == 0 and self.duration_seconds >= self.recording_seconds - _SLACK_SECONDS


@contextmanager
def open_split(prepared: PreparedCorpus, split: str) -> Iterator["StoredSplit"]:
    """Load one split; what was loaded goes at the end.

    Raises:
        CorpusError: the corpus holds features and no sound, or a manifest cannot be read.
    """
    manifests = [
        prepared.directory / f"{prepared.name}_{kind}_{split}.jsonl.gz" for kind in ("recordings", "supervisions")
    ]
    if not manifests[0].exists():
        raise CorpusError(f"corpus {prepared.name}: stores features and no sound, so there is nothing to export")
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO recordings VALUES (?, ?, ?, ?)", map(_recording, _records(manifests[0])))
        rows = ((place, *_utterance(record)) for place, record in enumerate(_records(manifests[1])))
        connection.executemany("INSERT INTO utterances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        yield StoredSplit(connection)
    except (sqlite3.Error, KeyError) as error:
        raise CorpusError(
            f"{manifests[1]}: cannot be joined with its recordings ({error}); prepare it again"
        ) from error
    finally:
        connection.close()


class StoredSplit:
    """A loaded split, read as often as wanted."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read through a connection whose tables are filled."""
        self._connection = connection

    def __iter__(self) -> Iterator[Stored]:
        """Give every utterance in the order of the manifests."""
        query = """
            SELECT u.id, u.recording, u.start, u.duration, u.text, u.speaker, u.language, r.path, r.seconds, r.channels,
                u.channel FROM utterances u JOIN recordings r ON r.id = u.recording ORDER BY u.place
        """
        for row in self._connection.execute(query):
            utterance_id, recording, start, duration, text, speaker, language, path, seconds, channels, channel = row
            yield Stored(
                utterance_id=utterance_id,
                path=path,
                text=text,
                speaker=speaker,
                language=language,
                recording_id=recording,
                start_seconds=start,
                duration_seconds=duration,
                recording_seconds=seconds,
                num_channels=channels,
                channel=channel,
            )


def _recording(record: dict[str, Any]) -> tuple[Any, ...]:
    (source,) = record["sources"]
    return record["id"], source["source"], record["duration"], len(source["channels"])


def _utterance(record: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("id", "recording_id", "start", "duration", "text")
    return (
        *(record[key] for key in keys),
        record.get("speaker"),
        record.get("language"),
        record.get("custom", {}).get("channel"),
    )


def _records(manifest: Path) -> Iterator[dict[str, Any]]:
    """Read a manifest line by line."""
    try:
        with gzip.open(manifest, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise CorpusError(f"{manifest}: cannot be read ({error}); prepare the corpus again with --force") from error
