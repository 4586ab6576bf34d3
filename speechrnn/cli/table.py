"""A table for whoever reads it on a screen, a line each, never wider than the screen.

Columns of nothing are left out, then the least needed ones where there is no room, and what is still too long is cut.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import typer

_GAP: Final = "  "
_LEAST: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How rows are laid out.

    Attributes:
        headings: of the columns, in order.
        numbers: headings of those that are set flush right.
        widest: most characters of a column, by heading; else as many as there is room for.
        dispensable: headings of columns that go where there is no room, the first ones first.
        elastic: heading of the column that is cut to what room is left; empty for none.
    """

    headings: tuple[str, ...]
    numbers: frozenset[str]
    widest: Mapping[str, int]
    dispensable: tuple[str, ...]
    elastic: str = ""


def print_table(table: Table, rows: Sequence[Sequence[str]]) -> None:
    """Print headings and rows as wide as the terminal."""
    widths = _widths(table, rows, shutil.get_terminal_size().columns)
    for row in (table.headings, *rows):
        cells = (_fit(row[column], width, table.headings[column] in table.numbers) for column, width in widths.items())
        typer.echo(_GAP.join(cells).rstrip())


def _widths(table: Table, rows: Sequence[Sequence[str]], room: int) -> dict[int, int]:
    """Choose how wide each column is."""
    wanted = {
        column: min(max(len(heading), *(len(row[column]) for row in rows)), table.widest.get(heading, room))
        for column, heading in enumerate(table.headings)
        if any(row[column] for row in rows)
    }
    elastic = {column for column in wanted if table.headings[column] == table.elastic}
    widths = {column: min(width, _LEAST) if column in elastic else width for column, width in wanted.items()}
    for heading in table.dispensable:
        if _total(widths) > room:
            widths.pop(table.headings.index(heading), None)
    for column in elastic:
        widths[column] = min(wanted[column], widths[column] + max(0, room - _total(widths)))
    return widths


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + len(_GAP) * len(widths)


def _fit(text: str, width: int, is_number: bool) -> str:
    """Fill a cell, or cut what does not fit into it."""
    cut = text if len(text) <= width else f"{text[: width - 1]}…"
    return cut.rjust(width) if is_number else cut.ljust(width)
