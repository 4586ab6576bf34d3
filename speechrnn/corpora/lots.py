"""Names to draw from when there may be millions: their ranks lie on disk, and a draw is a border between ranks.

Draws one after another, such as test and then dev of what is left, are borders further up: the same names are drawn as
`draw` would of the names that are left.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from speechrnn.corpora.draw import rank


class Lots:
    """The distinct names that were put in."""

    def __init__(self, connection: sqlite3.Connection, seed: int) -> None:
        """Begin with none."""
        self._connection, self._seed = connection, seed
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("CREATE TABLE lots (rank BLOB PRIMARY KEY) WITHOUT ROWID")
        connection.execute("BEGIN")

    def add(self, name: str) -> None:
        """Put a name in, unless it is there."""
        self._connection.execute("INSERT OR IGNORE INTO lots VALUES (?)", (rank(name, self._seed),))

    def __len__(self) -> int:
        """How many there are."""
        (count,) = self._connection.execute("SELECT count(*) FROM lots").fetchone()
        return int(count)

    def border(self, num_below: int) -> bytes:
        """Return the rank below which there are so many; nothing lies below that of none."""
        query = "SELECT rank FROM lots ORDER BY rank LIMIT 1 OFFSET ?"
        row = self._connection.execute(query, (num_below,)).fetchone()
        return b"\xff" * 33 if row is None else bytes(row[0])


@contextmanager
def open_lots(seed: int) -> Iterator[Lots]:
    """Begin without names; what is on disk, in the system's folder of temporary files, goes at the end."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        yield Lots(connection, seed)
