"""A table of recordings: CSV, TSV or JSON lines with `audio` and `text`, and if wanted `id speaker split start end`.

What spreadsheets really write is taken: a byte order mark, UTF-16, CRLF, semicolons for commas, a first line `sep=;`,
spaces round a header, any letter case in it; `.txt` is Excel's name for cells between tabs. Other columns are ignored.
Text in TSV is taken as it stands, quotes included. A line that cannot be read is named, and the others go on.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from speechrnn.corpora.bad_lines import bad_line, unless_all_bad
from speechrnn.corpora.csv_lines import CsvLines
from speechrnn.corpora.encoding import line_fault, open_lines
from speechrnn.corpora.json_line import json_object
from speechrnn.corpora.problem import Problem
from speechrnn.errors import CorpusError

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl")
_NAMED_DELIMITER: Final = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)  # Excel's own first line
_SPLITS: Final = {"train": "train", "dev": "dev", "valid": "dev", "validation": "dev", "test": "test"}
_NEEDED: Final = frozenset({"audio", "text"})
_Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recording, or a part of one; times in seconds; empty cells None, and those with a fault.

    Attributes:
        faults: what is wrong with its cells, a reason each.
    """

    line: int
    audio: str
    text: str
    row_id: str | None
    speaker: str | None
    split: str | None
    start_seconds: float | None
    end_seconds: float | None
    faults: tuple[str, ...] = ()


def read_table(path: Path, encoding: str | None = None) -> Iterator[Row | Problem]:
    """Read a table line by line, so that one of a million lines needs no more memory than one of ten.

    Args:
        path: the table.
        encoding: where the user said which; else Unicode in the form its first bytes show.

    Yields:
        A row for each line, with what is wrong with its cells; a problem where it cannot be taken apart.

    Raises:
        CorpusError: it is no such table, no line of it can be read, or its encoding is another.
        UsageError: there is no encoding of that name.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{path}: wanted a directory of audio, or a table ending in {', '.join(SUFFIXES)}")
    is_json = path.suffix.lower() == ".jsonl"
    is_empty = True
    # JSON lines end at "\n" alone: a JSON string may hold the other Unicode line separators, and "\r" is space there
    with open_lines(path, encoding, newline="\n" if is_json else "") as stream:
        records = (_json_records if is_json else _csv_records)(path, stream, encoding)
        for item in unless_all_bad(_row(path, *record) for record in records):
            is_empty = False
            yield item
    if is_empty:
        raise CorpusError(f"{path}: holds no recordings; wanted a line for each, with audio and text")


def _csv_records(path: Path, stream: TextIO, encoding: str | None) -> Iterator[tuple[int, _Cells | str]]:
    """Yield line number and cells by column name, of CSV or TSV; or why they cannot be read."""
    is_tsv = path.suffix.lower() == ".tsv"
    first_line = stream.readline()
    named = _NAMED_DELIMITER.fullmatch(first_line)
    header_line = first_line if named is None else stream.readline()
    delimiter = "\t" if is_tsv else named[1] if named else max(",;\t", key=header_line.count)
    before = [] if named is None else ["\n"]  # an empty line in its place keeps the line numbers
    lines = CsvLines(chain(before, [header_line], stream), delimiter, csv.QUOTE_NONE if is_tsv else csv.QUOTE_MINIMAL)
    try:
        cells = lines.header()
    except csv.Error as error:
        raise CorpusError(f"{path}:1: {error}; check the quotes of the header") from error
    if fault := _byte_fault(path, lines.taken, encoding):
        raise CorpusError(f"{path}:{lines.first_line}: {fault}")
    header = _header(path, cells)
    for record in lines.records(header.index("audio")):
        found = record if _is_plain(lines.taken) else _byte_fault(path, lines.taken, encoding) or record
        yield lines.first_line, found if isinstance(found, str) else dict(zip(header, found, strict=True))


def _is_plain(lines: list[str]) -> bool:
    """Tell at once that there is nothing to look for, as in most records."""
    return len(lines) == 1 and lines[0].isascii()


def _byte_fault(path: Path, lines: Iterable[str], encoding: str | None) -> str:
    """Say that any of the lines of a record is no text."""
    for line in lines:
        if fault := line_fault(path, line, encoding):
            return fault
    return ""


def _header(path: Path, cells: list[str]) -> list[str]:
    """Check the names of the columns."""
    header = [cell.strip().lower() for cell in cells]
    if missing := _NEEDED - set(header):
        names = ", ".join(header) or "nothing"
        raise CorpusError(f"{path}:1: no column {' or '.join(sorted(missing))}; the header names {names}")
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise CorpusError(f"{path}:1: column {', '.join(twice)} stands twice in the header")
    return header


def _json_records(path: Path, stream: TextIO, encoding: str | None) -> Iterator[tuple[int, _Cells | str]]:
    """Yield line number and values by key, of JSON lines; or why they cannot be read."""
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        fault = "" if line.isascii() else line_fault(path, line, encoding)
        found = fault or json_object(line, _NEEDED, "the keys audio and text")
        if not isinstance(found, str):
            found = {key: "" if value is None else str(value) for key, value in found.items()}
        yield number, found


def _row(path: Path, line: int, cells: _Cells | str) -> Row | Problem:
    """Check the cells of one line."""
    if isinstance(cells, str):
        return bad_line(path, line, cells)
    faults: list[str] = []
    audio = cells["audio"].strip()
    if not audio:
        faults.append("audio is empty; wanted the path of a sound file")
    split = cells.get("split", "").strip()
    if split and split.lower() not in _SPLITS:
        faults.append(f"split {split!r}; wanted {', '.join(_SPLITS)}, or nothing")
    start, end = _seconds("start", cells, faults), _seconds("end", cells, faults)
    if end is not None and end <= (start or 0.0):
        faults.append(f"end {end:g} s is not after start {start or 0.0:g} s")
        end = None
    return Row(
        line=line,
        audio=audio,
        text=cells["text"].strip(),
        row_id=cells.get("id", "").strip() or None,
        speaker=cells.get("speaker", "").strip() or None,
        split=_SPLITS.get(split.lower()),
        start_seconds=start,
        end_seconds=end,
        faults=tuple(faults) if faults else (),
    )


def _seconds(column: str, cells: _Cells, faults: list[str]) -> float | None:
    """Read a time; a decimal comma is what a spreadsheet in half of Europe writes. What is no time goes to `faults`."""
    cell = cells.get(column, "").strip()
    if not cell:
        return None
    try:
        seconds = float(cell.replace(",", "."))
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds) and seconds >= 0:
        return seconds
    faults.append(f"{column} {cell!r}; wanted seconds from the beginning, such as 1.25")
    return None
