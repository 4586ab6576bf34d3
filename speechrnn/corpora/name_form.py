"""Which names a file system takes for one: `A.wav` and `a.wav` on some, the Unicode forms of a letter on some.

Asked of the folder itself, since a disk brings its own habits to any system: APFS and NTFS usually ignore case, and
HFS+ and APFS ignore whether an accent is part of its letter.
"""

import unicodedata
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

NameForm = Callable[[str], str]


def name_form(folder: Path) -> NameForm:
    """Return a function that gives two names the same form just where `folder` takes them for the same file.

    Raises:
        OSError: nothing can be written there.
    """
    with TemporaryDirectory(prefix=".names-", dir=folder) as place:
        probe = Path(place)
        ignores_case = _are_one(probe, "a", "A")
        ignores_form = _are_one(probe, "\u00e9", "e\u0301")

    def form(name: str) -> str:
        shown = unicodedata.normalize("NFC", name) if ignores_form else name
        return shown.casefold() if ignores_case else shown

    return form


def _are_one(folder: Path, name: str, other: str) -> bool:
    """Write a file under one name, and look for it under the other."""
    (folder / name).touch()
    return (folder / other).exists()
