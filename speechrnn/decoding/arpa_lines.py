"""Takes an ARPA file apart line by line, and names by its number the line on which something is wrong."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from speechrnn.errors import LanguageModelError


@dataclass(frozen=True, slots=True)
class Entry:
    """One n-gram as its line has it: log10 values, words in UTF-8; the back-off weight is 0 where none is given."""

    number: int
    log_prob: float
    words: list[bytes]
    back_off: float


class Lines:
    """Hands out the lines that are not blank.

    Attributes:
        source: name of the file, for messages.
        line: the line at hand without white space around it; empty after the last.
        number: its number, counted from 1.
    """

    def __init__(self, content: bytes, source: str) -> None:
        """Stand on the first line."""
        self.source, self.number, self.line = source, 0, b""
        self._rest = content.split(b"\n")[::-1]
        self.advance()

    def advance(self) -> None:
        """Go to the next line that is not blank."""
        self.line = b""
        while not self.line and self._rest:
            self.line = self._rest.pop().strip()
            self.number += 1

    def fail(self, wanted: str, number: int | None = None) -> NoReturn:
        """Say what was wanted on the line at hand, or on an earlier one.

        Raises:
            LanguageModelError: always.
        """
        came = f"{shown(self.line)} came, " if number is None else ""
        raise LanguageModelError(
            f"{self.source}: line {number or self.number}: {came}wanted {wanted}; "
            "the file is cut or damaged: make it or fetch it again"
        )

    def counts(self) -> list[int]:
        r"""Read the header, from `\data\` on: how many n-grams each order has."""
        while self.line and self.line != b"\\data\\":
            self.advance()
        if not self.line:
            raise LanguageModelError(
                f"{self.source}: no line \\data\\ in it, so it is no ARPA file; `speechrnn lm build` makes one"
            )
        self.advance()
        counts: list[int] = []
        while self.line.startswith(b"ngram"):
            order, _, count = self.line.removeprefix(b"ngram").partition(b"=")
            if order.strip() != b"%d" % (len(counts) + 1) or not count.strip().isdigit():
                self.fail(f"'ngram {len(counts) + 1}=' and how many")
            counts.append(int(count))
            self.advance()
        if not counts:
            self.fail("'ngram 1=' and how many")
        return counts

    def section(self, order: int, count: int) -> Iterator[Entry]:
        """Read the n-grams of one order, as many as the header says."""
        if self.line != b"\\%d-grams:" % order:
            self.fail(f"'\\{order}-grams:'")
        self.advance()
        found = 0
        while self.line and not self.line.startswith(b"\\"):
            yield self._entry(order)
            found += 1
            self.advance()
        if found != count:
            self.fail(f"{count} {order}-grams before it, as the header says, and there are {found}")

    def end(self) -> None:
        r"""Check that the file ends as it should, with `\end\`."""
        if self.line != b"\\end\\":
            self.fail("'\\end\\'")

    def _entry(self, order: int) -> Entry:
        fields = self.line.split()  # of bytes: ASCII white space only, so a word may hold any other character
        if len(fields) not in (order + 1, order + 2):
            self.fail(f"a log10 probability, {order} word{'s'[: order > 1]}, and perhaps a log10 back-off weight")
        log_prob = self._log10(fields[0])
        if log_prob > 0:
            self.fail("a log10 probability of 0 or less")
        back_off = self._log10(fields[-1]) if len(fields) == order + 2 else 0.0
        return Entry(self.number, log_prob, fields[1 : order + 1], back_off)

    def _log10(self, field: bytes) -> float:
        try:
            value = float(field)
        except ValueError:
            value = math.nan
        if math.isnan(value) or value == math.inf:
            self.fail(f"a number in place of {shown(field)}")
        return value


def shown(text: bytes) -> str:
    """Show a piece of a file in a message."""
    return repr(text[:60].decode("utf-8", "replace")) if text else "the end of the file"
