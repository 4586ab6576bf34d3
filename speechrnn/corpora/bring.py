"""Brings one file from a folder or an address: it has its name only once it is whole."""

import shutil
from pathlib import Path

from speechrnn.download import Wanted, fetch
from speechrnn.progress import Progress


def bring_file(place: Path | str, target: Path, progress: Progress, wanted: Wanted | None = None) -> None:
    """Copy a file from a folder, or download it.

    Args:
        place: the file, or its address.
        target: where it goes; its folder is made.
        progress: told the bytes of a download.
        wanted: what must come from an address; None for anything.

    Raises:
        DownloadError: it cannot be downloaded.
        OSError: it cannot be copied.
    """
    if isinstance(place, str):
        return fetch(place, target, wanted or Wanted(), progress)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(place, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
