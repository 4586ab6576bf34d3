"""Opens text that other programs wrote: UTF-8, UTF-16 in either byte order, or what the user names.

A byte order mark decides; without one, NUL in every other byte means UTF-16, which is how Western text looks in it, and
all else is UTF-8. An eight-bit encoding such as Windows-1252 is never guessed, since every file can be read in all of
them and wrong letters would be learned; the error shows how the line would read.
"""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from speechrnn.errors import CorpusError, UsageError

_HEAD_BYTES: Final = 4096
_MOST_SHOWN: Final = 60


@contextmanager
def open_text(path: Path, named: str | None = None, newline: str | None = None) -> Iterator[TextIO]:
    """Open a text for reading line by line.

    Args:
        path: the file.
        named: its encoding where the user said so, as Python calls it; a byte order mark knows better.
        newline: as for `open`.

    Raises:
        CorpusError: it cannot be opened, or is not in this encoding; says which line.
        UsageError: there is no encoding of that name.
    """
    try:
        encoding = encoding_of(path, named)
        stream = path.open(encoding=encoding, newline=newline)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error})") from error
    except LookupError as error:
        raise UsageError(f"encoding {named!r}: not known; wanted one such as cp1252, mac_roman, utf-16") from error
    with stream:
        try:
            yield stream
        except UnicodeDecodeError as error:
            raise _fault(path, encoding, error) from error


def read_text(path: Path, named: str | None = None) -> str:
    """Read a whole text.

    Raises:
        CorpusError: as `open_text`.
        UsageError: as `open_text`.
    """
    with open_text(path, named) as stream:
        return stream.read()


def encoding_of(path: Path, named: str | None = None) -> str:
    """Tell the encoding by the first bytes; the Unicode ones skip a byte order mark.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if named is not None and not head.startswith(codecs.BOM_UTF8):
        return named
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 4 and min(even, odd) <= len(head) / 50:
        return "utf-16-be" if even > odd else "utf-16-le"
    return "utf-8-sig"


def _fault(path: Path, encoding: str, error: UnicodeDecodeError) -> CorpusError:
    """Name the first line that is not text, and how it would read in the usual other encoding."""
    if encoding != "utf-8-sig":
        return CorpusError(f"{path}: not {encoding} text ({error.reason}); give its encoding=NAME, or save it as UTF-8")
    with path.open("rb") as stream:
        number, line = next(found for found in enumerate(stream, start=1) if not _is_utf8(found[1]))
    shown = line.decode("cp1252", "replace").strip()[:_MOST_SHOWN]
    return CorpusError(
        f"{path}:{number}: not UTF-8 text; as Windows-1252 the line is {shown!r}: "
        "if that is right add encoding=cp1252, else save the file as UTF-8"
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True
