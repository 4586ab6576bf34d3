"""Which sound file a wrong name was meant to be, by what lies in its folder.

Names that differ in letter case, spelling of accents, spaces for underscores or the suffix are found first, however
many there are; else the nearest by `difflib`, in folders small enough for that.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from speechrnn.audio.suffixes import AUDIO_SUFFIXES

_MOST_COMPARED: Final = 1000  # difflib compares them all, and again for each wrong name
_LIKENESS: Final = 0.75


@dataclass(frozen=True, slots=True)
class _Folder:
    """Names of the sound files in a folder, and by their plain form; None where several share one."""

    names: tuple[str, ...]
    by_plain: Mapping[str, str | None]


def same_file(path: Path) -> Path:
    """Return the file a path means though its accents are composed otherwise there, else the path as it is.

    File names from macOS are in Unicode form NFD, what people type is in NFC, and nobody can see the difference.
    """
    if str(path).isascii() or path.exists():
        return path
    for form in ("NFC", "NFD"):
        other = Path(unicodedata.normalize(form, str(path)))
        if other.exists():
            return other
    return path


def did_you_mean(path: Path) -> str:
    """Suggest a file for a path that does not exist; empty where nothing is near.

    Returns:
        The end of a sentence, such as `did you mean 'monday-1.wav'?`.
    """
    try:
        modified = path.parent.stat().st_mtime_ns
        folder = _folder(path.parent, modified)
    except OSError:
        return f"there is no folder {path.parent}"
    near = folder.by_plain.get(_plain(path.name))
    if near is None and len(folder.names) <= _MOST_COMPARED:
        near = next(iter(difflib.get_close_matches(path.name, folder.names, n=1, cutoff=_LIKENESS)), None)
    return "" if near is None else f"did you mean {near!r}?"


@lru_cache(maxsize=8)
def _folder(path: Path, modified_ns: int) -> _Folder:
    """List the sound files of a folder; the time of its last change is part of the key, so that a new file is seen."""
    names = tuple(sorted(entry.name for entry in path.iterdir() if entry.suffix.lower() in AUDIO_SUFFIXES))
    by_plain: dict[str, str | None] = {}
    for name in names:
        plain = _plain(name)
        by_plain[plain] = None if plain in by_plain else name
    return _Folder(names, by_plain)


def _plain(name: str) -> str:
    """Strip a name of what people get wrong: case, accents, marks between words, the suffix."""
    stem = unicodedata.normalize("NFKD", Path(name).stem)
    letters = "".join(character for character in stem if not unicodedata.combining(character))
    return re.sub(r"[\W_]+", "", letters).casefold()
