"""Opens text that other programs wrote: UTF-8, UTF-16 in either byte order, or what the user names.

A byte order mark decides; without one, NUL in every other byte means UTF-16, which is how Western text looks in it, and
all else is UTF-8. An eight-bit encoding such as Windows-1252 is never guessed, since every file can be read in all of
them and wrong letters would be learned; the error shows how the line would read.

Of a table a few lines may be damaged and the others good: `open_lines` gives them all. Where most lines with other
letters than ASCII's cannot be read, and there are several, it is the encoding that is wrong.
"""

import codecs
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, TextIO

from speechrnn.errors import CorpusError, UsageError

_HEAD_BYTES: Final = 4096
_MOST_SHOWN: Final = 60
_FEWEST_WRONG: Final = 2  # lines of a file in another encoding
_LEAST_WRONG: Final = 0.01  # of all lines


@contextmanager
def open_text(
    path: Path, named: str | None = None, newline: str | None = None, *, errors: str = "strict"
) -> Iterator[TextIO]:
    """Open a text for reading line by line.

    Args:
        path: the file.
        named: its encoding where the user said so, as Python calls it; a byte order mark knows better.
        newline: as for `open`.
        errors: likewise.

    Raises:
        CorpusError: it cannot be opened, or is not in this encoding; says which line.
        UsageError: there is no encoding of that name.
    """
    try:
        encoding = encoding_of(path, named)
        stream = path.open(encoding=encoding, newline=newline, errors=errors)
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror or error})") from error
    except LookupError as error:
        raise UsageError(f"encoding {named!r}: not known; wanted one such as cp1252, mac_roman, utf-16") from error
    with stream:
        try:
            yield stream
        except UnicodeDecodeError as error:
            raise _fault(path, encoding, error) from error


def open_lines(path: Path, named: str | None = None, newline: str | None = None) -> AbstractContextManager[TextIO]:
    """Open a table as `open_text` does; bytes that are no text come as lone surrogates, for `line_fault` to find."""
    return open_text(path, named, newline, errors="surrogateescape")


def line_fault(path: Path, line: str, named: str | None = None) -> str:
    """Say that a line of `open_lines` holds bytes that are no text; empty where it holds none.

    Raises:
        CorpusError: so many lines do that the encoding is wrong; says which is the first.
    """
    if is_unicode(line):
        return ""
    status = path.stat()
    encoding = encoding_of(path, named)
    if (first := _first_wrong(path, encoding, status.st_size, status.st_mtime_ns)) is not None:
        raise CorpusError(f"{path}:{first[0]}: {_no_text(first[1], encoding, 'the file')}")
    return _no_text(line, encoding, "it")


def is_unicode(text: str) -> bool:
    """Tell whether text can be written: what was no text in a file, or in its name, comes as lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=16)  # the size and time of a file are part of the key, so that a mended one is read anew
def _first_wrong(path: Path, encoding: str, size: int, modified_ns: int) -> tuple[int, str] | None:
    """Return number and text of the first line that is no text, where the encoding of the file is wrong, else None."""
    first, num_lines, num_wrong, num_other = None, 0, 0, 0
    with path.open(encoding=encoding, errors="surrogateescape") as lines:
        for num_lines, line in enumerate(lines, start=1):
            if line.isascii():
                continue
            if is_unicode(line):
                num_other += 1
            else:
                num_wrong += 1
                first = first or (num_lines, line)
    is_wrong = num_wrong >= max(_FEWEST_WRONG, _LEAST_WRONG * num_lines) and num_wrong > num_other
    return first if is_wrong else None


def _no_text(line: str, encoding: str, what: str) -> str:
    """Say what a line is not, and how it would read in the usual other encoding."""
    if encoding != "utf-8-sig":
        return f"not {encoding} text; give its encoding=NAME, or save {what} as UTF-8"
    shown = line.encode("utf-8", "surrogateescape").decode("cp1252", "replace").strip()[:_MOST_SHOWN]
    return (
        f"not UTF-8 text; as Windows-1252 the line is {shown!r}: "
        f"if that is right add encoding=cp1252, else save {what} as UTF-8"
    )


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
    return CorpusError(f"{path}:{number}: {_no_text(line.decode('utf-8', 'surrogateescape'), encoding, 'the file')}")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True
