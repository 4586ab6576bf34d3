"""A table of recordings: CSV, TSV or JSON lines with `audio` and `text`, and if wanted `id speaker split start end`.

What spreadsheets really write is taken: a byte order mark, CRLF, semicolons for commas, spaces round a header, any
letter case in it. Other columns are ignored. Text in TSV is taken as it stands, quotes included.
"""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from speechrnn.errors import CorpusError

SUFFIXES: Final = (".csv", ".tsv", ".jsonl")
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


def read_table(path: Path) -> list[Row]:
    """Read a whole table.

    Raises:
        CorpusError: it is no such table, or a line of it cannot be used; says which line and why.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(f"{path}: wanted a directory of audio, or a table ending in {', '.join(SUFFIXES)}")
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CorpusError(f"{path}:{line}: not UTF-8 text ({error.reason}); save the table as UTF-8") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error})") from error
    records = _json_records(path, content) if path.suffix.lower() == ".jsonl" else _csv_records(path, content)
    rows = [_row(path, line, record) for line, record in records]
    if not rows:
        raise CorpusError(f"{path}: holds no recordings; wanted a line for each, with audio and text")
    return rows


def _csv_records(path: Path, content: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column name, of CSV or TSV."""
    is_tsv = path.suffix.lower() == ".tsv"
    header_line = content.partition("\n")[0]
    delimiter = "\t" if is_tsv else max(",;\t", key=header_line.count)
    quoting: Literal[0, 3] = csv.QUOTE_NONE if is_tsv else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    try:
        header = _header(path, next(reader, []))
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


def _json_records(path: Path, content: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and values by key, of JSON lines."""
    # split at "\n" alone: splitlines would also cut at the Unicode line separators that a JSON string may hold
    for number, line in enumerate(content.split("\n"), start=1):
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
