"""Opens and writes files of n-gram models: ARPA text, the same in gzip, or the binary form, told apart by content."""

import gzip
import mmap
import zlib
from pathlib import Path
from typing import Final

from speechrnn.atomic import write_bytes
from speechrnn.decoding.arpa import arpa_text, parse_arpa
from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_file import MAGIC, ngram_bytes, parse_ngram
from speechrnn.errors import LanguageModelError, UsageError

FORMATS: Final = (".arpa", ".arpa.gz", ".bin")
_GZIP: Final = b"\x1f\x8b"


def read_ngram(path: Path) -> NgramModel:
    """Open a model; the binary form is mapped into memory, so that processes share it.

    Raises:
        UsageError: there is no such file.
        LanguageModelError: it is no n-gram model, or damaged.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file; wanted a language model, `speechrnn lm build` makes one")
    with path.open("rb") as file:
        if file.read(len(MAGIC)) == MAGIC:
            return parse_ngram(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), str(path))
    return parse_arpa(_unpacked(path), str(path))


def write_ngram(path: Path, model: NgramModel) -> None:
    """Write a model in the format that the end of the name says.

    Raises:
        UsageError: the name has no such end.
    """
    check_format(path)
    if path.name.endswith(".bin"):
        write_bytes(path, ngram_bytes(model))
    else:
        content = arpa_text(model).encode()
        write_bytes(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def check_format(path: Path) -> None:
    """Find out before any work whether a name says a format.

    Raises:
        UsageError: it does not, or is a folder.
    """
    if path.is_dir() or not path.name.endswith(FORMATS):
        raise UsageError(f"{path}: a language model is written to a file whose name ends in {' or '.join(FORMATS)}")


def _unpacked(path: Path) -> bytes:
    """Read a file, unpacked if it is gzip whatever its name says."""
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise LanguageModelError(f"{path}: its gzip is cut or damaged ({error}); fetch or make it again") from error
