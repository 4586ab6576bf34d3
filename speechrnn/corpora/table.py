"""A table of recordings: CSV, TSV or JSON lines with `audio` and `text`, and if wanted `id speaker split start end`.

What spreadsheets really write is taken: a byte order mark, UTF-16, CRLF, semicolons for commas, a first line `sep=;`,
spaces round a header, any letter case in it; `.txt` is Excel's name for cells between tabs. Other columns are ignored.
Text in TSV is taken as it stands, quotes included.
"""

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, Literal, TextIO

from speechrnn.corpora.encoding import open_text
from speechrnn.errors import CorpusError

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl")
_NAMED_DELIMITER: Final = re.compile(r'"?sep=([,;\t|])"?\s*', re.IGNORECASE)  # Excel's own first line
_SPLITS: Final = {"train": "train", "dev": "dev", "valid": "dev", "validation": "dev", "test": "test"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recording, or a part of one; times in seconds, empty cells None."""

    line: int
    audio: str
    text: str
    row_id: str | None
    speaker: str | None
    split: str | None
    start_seconds: float | None
    end_seconds: float | None


def read_table(path: Path, encoding: str | None = None) -> Iterator[Row]:
    """Read a table line by line, so that one of a million lines needs no more memory than one of ten.

    Args:
        path: the table.
        encoding: where the user said which; else Unicode in the form its first bytes show.

    Raises:
        CorpusError: it is no such table, or a line of it cannot be used; says which line and why.
        UsageError: there is no encoding of that name.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{path}: wanted a directory of audio, or a table ending in {', '.join(SUFFIXES)}")
    is_json = path.suffix.lower() == ".jsonl"
    num_rows = 0
    # JSON lines end at "\n" alone: a JSON string may hold the other Unicode line separators, and "\r" is space there
    with open_text(path, encoding, newline="\n" if is_json else "") as stream:
        for line, record in _json_records(path, stream) if is_json else _csv_records(path, stream):
            yield _row(path, line, record)
            num_rows += 1
    if not num_rows:
        raise CorpusError(f"{path}: holds no recordings; wanted a line for each, with audio and text")


def _csv_records(path: Path, stream: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column name, of CSV or TSV."""
    is_tsv = path.suffix.lower() == ".tsv"
    first_line = stream.readline()
    named = _NAMED_DELIMITER.fullmatch(first_line)
    header_line = first_line if named is None else stream.readline()
    delimiter = "\t" if is_tsv else named[1] if named else max(",;\t", key=header_line.count)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if is_tsv else csv.QUOTE_MINIMAL
    before = [] if named is None else ["\n"]  # an empty line in its place keeps the line numbers
    reader = csv.reader(chain(before, [header_line], stream), delimiter=delimiter, quoting=quoting, strict=True)
    try:
        header = _header(path, next((cells for cells in reader if cells), []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise CorpusError(f"{path}:{reader.line_num}: {len(cells)} cells where the header has {len(header)}")
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise CorpusError(f"{path}:{reader.line_num}: {error}; check the quotes of this line") from error


def _header(path: Path, cells: list[str]) -> list[str]:
    """Check the names of the columns."""
    header = [cell.strip().lower() for cell in cells]
    if missing := {"audio", "text"} - set(header):
        names = ", ".join(header) or "nothing"
        raise CorpusError(f"{path}:1: no column {' or '.join(sorted(missing))}; the header names {names}")
    if twice := sorted({name for name in header if name and header.count(name) > 1}):
        raise CorpusError(f"{path}:1: column {', '.join(twice)} stands twice in the header")
    return header


def _json_records(path: Path, stream: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and values by key, of JSON lines."""
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise CorpusError(f"{path}:{number}: not JSON ({error})") from error
        if not isinstance(record, dict) or not {"audio", "text"} <= record.keys():
            raise CorpusError(f"{path}:{number}: wanted an object with the keys audio and text")
        yield number, {key: "" if value is None else str(value) for key, value in record.items()}


def _row(path: Path, line: int, cells: Mapping[str, str]) -> Row:
    """Check the cells of one line."""
    audio = cells["audio"].strip()
    if not audio:
        raise CorpusError(f"{path}:{line}: audio is empty; wanted the path of a sound file")
    split = cells.get("split", "").strip()
    if split and split.lower() not in _SPLITS:
        raise CorpusError(f"{path}:{line}: split {split!r}; wanted {', '.join(_SPLITS)}, or nothing")
    start, end = _seconds(path, line, "start", cells), _seconds(path, line, "end", cells)
    if end is not None and end <= (start or 0.0):
        raise CorpusError(f"{path}:{line}: end {end:g} s is not after start {start or 0.0:g} s")
    return Row(
        line=line,
        audio=audio,
        text=cells["text"].strip(),
        row_id=cells.get("id", "").strip() or None,
        speaker=cells.get("speaker", "").strip() or None,
        split=_SPLITS[split.lower()] if split else None,
        start_seconds=start,
        end_seconds=end,
    )


def _seconds(path: Path, line: int, column: str, cells: Mapping[str, str]) -> float | None:
    """Read a time; a decimal comma is what a spreadsheet in half of Europe writes."""
    cell = cells.get(column, "").strip()
    if not cell:
        return None
    try:
        seconds = float(cell.replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or seconds < 0:
        raise CorpusError(f"{path}:{line}: {column} {cell!r}; wanted seconds from the beginning, such as 1.25")
    return seconds
