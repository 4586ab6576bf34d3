"""Reads CSV so that one bad quote spoils one line and not all after it.

A quoted cell may hold line breaks, so a quote that is not closed takes in the lines that follow. Where what comes out
of that is no record, or one of those lines would be a record of its own, the line on which the quote opened is bad,
and reading goes on with the next one.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final, Literal

_UNCLOSED: Final = "a quote opens on this line and is not closed; close it, or double it where it is part of the text"


class CsvLines:
    """The records of a table with their lines, the header first.

    Attributes:
        first_line: number of the line on which the last record began, from 1.
        taken: the lines of the last record as they stand in the file.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, quoting: Literal[0, 3]) -> None:
        """Begin before the first line."""
        self.first_line = 1
        self.taken: list[str] = []
        self._lines, self._again, self._delimiter = iter(lines), deque[str](), delimiter
        self._reader = csv.reader(self._pull(), delimiter=delimiter, quoting=quoting, strict=True)
        self._quoting: Literal[0, 3] = quoting
        self._num_cells = 0

    def header(self) -> list[str]:
        """Return the cells of the first line that has any; none where there is no such line.

        Raises:
            csv.Error: its quotes are wrong.
        """
        while True:
            self._begin()
            cells = next(self._reader, None)
            if cells or cells is None:
                self._num_cells = len(cells or ())
                return cells or []

    def records(self, audio_column: int) -> Iterator[list[str] | str]:
        """Yield the cells of each record that has any, or the reason why it cannot be read.

        Args:
            audio_column: holds the name of a file, whose suffix tells a line of its own from one of a long transcript.
        """
        while True:
            self._begin()
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield self._give_back(error)
                continue
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            is_whole = len(cells) == self._num_cells
            if len(self.taken) > 1 and not (is_whole and self._is_one(cells[audio_column], audio_column)):
                yield self._give_back(None)
            else:
                yield cells if is_whole else f"{len(cells)} cells where the header has {self._num_cells}"

    def _pull(self) -> Iterator[str]:
        """Hand out lines; those that were given back come first."""
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self.taken.append(line)
            yield line

    def _begin(self) -> None:
        self.first_line += len(self.taken)
        self.taken.clear()

    def _is_one(self, audio: str, audio_column: int) -> bool:
        """Tell whether a record of several lines is one: no other of them has as many cells and names a file."""
        suffix = PurePath(audio.strip()).suffix.lower()
        for line in self.taken[1:]:
            cells = line.split(self._delimiter)
            if suffix and len(cells) >= self._num_cells:
                name = cells[audio_column].strip(' "\r\n')
                if PurePath(name).suffix.lower() == suffix:
                    return False
        return True

    def _give_back(self, error: csv.Error | None) -> str:
        """Keep only the first line of a record, and say what is wrong with it."""
        is_unclosed = len(self.taken) > 1 or "end of data" in str(error)
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        # A reader that met the end of the file is done for.
        self._reader = csv.reader(self._pull(), delimiter=self._delimiter, quoting=self._quoting, strict=True)
        return _UNCLOSED if is_unclosed else f"{error}; check the quotes of this line"
