"""Whether a corpus fits on the disk, asked before its download begins."""

import shutil
from pathlib import Path
from typing import Final

from speechrnn.errors import DownloadError

ROOM_FACTOR: Final = 2
"""Bytes on the disk in the end per byte of an archive: itself, and about as much again unpacked."""


def check_room(name: str, data_dir: Path, num_bytes: int) -> None:
    """Refuse to begin what cannot end.

    Args:
        name: of the corpus.
        data_dir: gets archives and corpus; made if need be.
        num_bytes: to download.

    Raises:
        DownloadError: too little is free.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    needed, free = num_bytes * ROOM_FACTOR, shutil.disk_usage(data_dir).free
    if needed > free:
        raise DownloadError(
            f"corpus {name}: needs about {needed / 1e9:.3g} GB, and {data_dir} has {free / 1e9:.1f} GB free; "
            "choose another --data, or fewer parts=[...] where it has some"
        )
