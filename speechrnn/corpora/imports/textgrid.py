"""Reads Praat's TextGrid, long or short.

Praat itself reads, of any text form, only what stands free: numbers, strings in double quotes (a quote in them is
doubled) and flags in angle brackets, in a fixed order; names and signs around them are decoration and `!` begins a
comment. So one reader does for both forms (Praat manual, "TextGrid file formats"). Times are seconds.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from speechrnn.corpora.encoding import read_text
from speechrnn.corpora.imports.annotated import AnnotatedFile, Annotation, Tier
from speechrnn.errors import CorpusError

SUFFIX: Final = ".textgrid"
_TOKEN: Final = re.compile(
    r'"(?P<string>(?:[^"]|"")*)"'
    r"|(?<!\S)(?P<number>[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)"
    r"|(?P<flag><exists>|<absent>)"
    r"|!.*"
)


def read_textgrid(path: Path, encoding: str | None = None) -> AnnotatedFile:
    """Read a TextGrid; empty intervals, which only fill the time between others, are left out.

    Raises:
        CorpusError: it is no TextGrid in text form, or is cut short, or its time does not begin at 0.
        UsageError: there is no encoding of that name.
    """
    with path.open("rb") as stream:
        if stream.read(12).startswith(b"ooBinaryFile"):
            raise CorpusError(f"{path}: a binary TextGrid; save it in Praat with 'Save as text file...'")
    tokens = _Tokens(path, read_text(path, encoding))
    if (tokens.string(), tokens.string()) != ("ooTextFile", "TextGrid"):
        raise CorpusError(f"{path}: no TextGrid; wanted one as Praat's 'Save as text file...' writes it")
    start, _ = tokens.number(), tokens.number()
    if start != 0:
        raise CorpusError(f"{path}: its time begins at {start:g} s; shift it to 0 in Praat, as that of the recording")
    if tokens.flag() != "<exists>":
        return AnnotatedFile(path, ())
    return AnnotatedFile(path, tuple(_tier(tokens) for _ in range(tokens.count())))


def _tier(tokens: "_Tokens") -> Tier:
    """Read one tier: class, name, two times, a count, and so many intervals or points."""
    is_intervals, name = tokens.string() == "IntervalTier", tokens.string()
    tokens.number(), tokens.number()
    found = []
    for _ in range(tokens.count()):
        start = tokens.number()
        end = tokens.number() if is_intervals else start
        text = " ".join(tokens.string().split())
        if text:
            found.append(Annotation(start, end, text))
    return Tier(name, None, "intervals" if is_intervals else "points", tuple(found))


class _Tokens:
    """The free-standing parts of a text, taken one after another and each of the kind that must come."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._matches: Iterator[re.Match[str]] = _TOKEN.finditer(text)

    def string(self) -> str:
        return self._next("string").replace('""', '"')

    def number(self) -> float:
        value = float(self._next("number"))
        if not math.isfinite(value):
            raise CorpusError(f"{self._path}: holds a number too large for a time; save it again")
        return value

    def flag(self) -> str:
        return self._next("flag")

    def count(self) -> int:
        """Take a number of things to come; not so many are made room for, so that a wrong one costs nothing."""
        return int(self.number())

    def _next(self, kind: str) -> str:
        for match in self._matches:
            if match.lastgroup == kind:
                return match[kind]
            if match.lastgroup is not None:
                line = self._text.count("\n", 0, match.start()) + 1
                raise CorpusError(f"{self._path}:{line}: {match[0][:40]!r} where a {kind} must stand; save it again")
        raise CorpusError(f"{self._path}: a TextGrid that ends early, where a {kind} must stand; save it again")
