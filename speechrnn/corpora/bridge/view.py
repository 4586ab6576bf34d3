"""A corpus as lhotse's function wants to find it, made of links, where copies of it differ in their names.

TIMIT comes in capitals or not, in a folder of its own or not, by the age of the disc it was copied from.
"""

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.errors import CorpusError

_PARTS: Final = frozenset({"TRAIN", "TEST"})
_DEEPEST: Final = 2


@dataclass(frozen=True, slots=True)
class View:
    """How a tree with a train and a test folder is shown.

    Attributes:
        folder: where lhotse's function looks for them.
        leave_out: pattern of the file names, in capitals, that are not shown.
    """

    folder: str
    leave_out: str = ""


def make_view(view: View, name: str, source: Path, where: Path) -> Path:
    """Link every file of a corpus under its name in capitals.

    Args:
        view: what it must look like.
        name: the corpus, for messages.
        source: the corpus as the user has it.
        where: an empty folder.

    Returns:
        `where`, as the folder to give to lhotse's function.

    Raises:
        CorpusError: there is no folder with a train and a test part.
    """
    root = next(_roots(source), None)
    if root is None:
        raise CorpusError(f"corpus {name}: {source} has no folders TRAIN and TEST, nor has a folder in it")
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        parts = [part.upper() for part in file.relative_to(root).parts]
        if parts[0] in _PARTS and not fnmatch.fnmatchcase(parts[-1], view.leave_out):
            link = where.joinpath(view.folder, *parts)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file.resolve())
    return where


def _roots(source: Path, depth: int = 0) -> Iterator[Path]:
    """Find folders with both parts, from the corpus downwards."""
    folders = sorted(path for path in source.iterdir() if path.is_dir())
    if {folder.name.upper() for folder in folders} >= _PARTS:
        yield source
    elif depth < _DEEPEST:
        for folder in folders:
            yield from _roots(folder, depth + 1)
