"""Lines of a table that cannot be read: each is named, and the others go on, unless there are no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from speechrnn.corpora.problem import Problem
from speechrnn.errors import CorpusError

Item = TypeVar("Item")


def bad_line(path: Path, line: int, reason: str, utterance_id: str = "") -> Problem:
    """Say what is wrong with a line of a table.

    Args:
        path: the table.
        line: from 1.
        reason: what is wrong, and what was wanted.
        utterance_id: whose line it is, where so much of it can be read.
    """
    return Problem(utterance_id or f"{path.name}:{line}", str(path), "bad_line", reason, f"{path}:{line}")


def unless_all_bad(items: Iterator[Item | Problem]) -> Iterator[Item | Problem]:
    """Pass on what the lines of a table give.

    Raises:
        CorpusError: at the end, every one of them was a bad line; it is no such table.
    """
    first: Problem | None = None
    num_bad = 0
    for item in items:
        yield item
        if not isinstance(item, Problem) or item.kind != "bad_line":
            yield from items
            return
        first, num_bad = first or item, num_bad + 1
    if first is not None:
        others = f"; none of its {num_bad} lines can be read" if num_bad > 1 else ""
        raise CorpusError(f"{first.where}: {first.reason}{others}")
