"""Every visible file below a folder, one by one, in an order that does not depend on the file system.

The order is that of sorted paths, compared folder by folder. Only the names of the folders on the way down are held.
"""

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(root: Path) -> Iterator[tuple[Path, frozenset[str]]]:
    """Find files; those whose name begins with a dot, and what lies behind links to folders, are left out.

    Yields:
        A file, and the names of all files of its folder, with suffixes in lower case.

    Raises:
        OSError: a folder cannot be read.
    """
    folders, files = set[str](), set[str]()
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not entry.is_dir():
                files.add(entry.name)
            elif not entry.is_symlink():
                folders.add(entry.name)
    names = frozenset(f"{stem}{suffix.lower()}" for stem, suffix in map(os.path.splitext, files))
    for name in sorted(folders | files):
        if name in files:
            yield root / name, names
        else:
            yield from files_below(root / name)
