"""The folders in a folder, without a look at each of its files: there may be a million clips among them."""

import os
from pathlib import Path


def subfolders(folder: Path) -> list[Path]:
    """List visible folders by name."""
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.is_dir() and not entry.name.startswith("."))
