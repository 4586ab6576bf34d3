"""Finds what an editor or a spreadsheet left in a text file: byte order mark, Windows line ends, NUL bytes.

All but NUL is read as if it were not there, here; other tools make it part of the transcript.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from speechrnn.corpora.encoding import encoding_of
from speechrnn.corpora.problem import Doubt, DoubtKind


def text_file_doubts(path: Path) -> Iterator[Doubt]:
    """Yield each finding once, with the first line that has it; none of a file in UTF-16, which cannot do without.

    A file that cannot be read has none: whoever lists it says so. Nor has one in gzip, which no editor touched.
    """
    if path.suffix == ".gz":
        return
    try:
        if encoding_of(path).startswith("utf-16"):
            return
        for kind, (line, reason) in _findings(path).items():
            yield Doubt("", str(path), kind, reason, f"{path}:{line}")
    except OSError:
        return


def _findings(path: Path) -> dict[DoubtKind, tuple[int, str]]:
    """Read a file line by line; give the first line of each finding."""
    found: dict[DoubtKind, tuple[int, str]] = {}
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1 and line.startswith(codecs.BOM_UTF8):
                found["byte_order_mark"] = 1, "begins with a byte order mark; it is skipped"
            if b"\r" in line:
                found.setdefault("crlf", (number, "lines end in CR LF, as on Windows; read as LF"))
            if b"\0" in line:
                found.setdefault("nul_bytes", (number, "holds NUL bytes; the file is damaged, or not text"))
    return found
