"""Tables of a key and a value that come out sorted by the bytes of the key, however large they are.

They lie in a temporary SQLite file meanwhile, whose order of text is that of its UTF-8.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from speechrnn.errors import CorpusError


class SortedLines:
    """Several tables, told apart by a name."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with nothing in any table."""
        self._connection = connection
        connection.executescript("""
            PRAGMA journal_mode = OFF;
            PRAGMA synchronous = OFF;
            CREATE TABLE lines (name TEXT, key TEXT, value TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID;
            BEGIN;
        """)

    def add(self, name: str, key: str, value: str) -> None:
        """Put a line into a table; the same line may come again.

        Raises:
            CorpusError: the key has another value already.
        """
        inserted = self._connection.execute("INSERT OR IGNORE INTO lines VALUES (?, ?, ?)", (name, key, value))
        if inserted.rowcount == 0 and (before := self._find(name, key)) != value:
            raise CorpusError(f"{name}: {key} would stand for both {before!r} and {value!r}; rename one of them")

    def lines(self, name: str) -> Iterator[tuple[str, str]]:
        """Give the lines of a table in the order of their keys."""
        yield from self._connection.execute("SELECT key, value FROM lines WHERE name = ? ORDER BY key", (name,))

    def _find(self, name: str, key: str) -> str:
        query = "SELECT value FROM lines WHERE name = ? AND key = ?"
        return str(self._connection.execute(query, (name, key)).fetchone()[0])


@contextmanager
def sorted_lines() -> Iterator[SortedLines]:
    """Begin tables, which go at the end.

    Raises:
        CorpusError: there is no room for temporary files.
    """
    connection = sqlite3.connect("", isolation_level=None)
    try:
        yield SortedLines(connection)
    except sqlite3.Error as error:
        raise CorpusError(f"temporary folder: cannot sort there ({error}); free some space") from error
    finally:
        connection.close()
