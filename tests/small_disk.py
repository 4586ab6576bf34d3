"""A disk with room for so much and no more."""

import errno
from pathlib import Path
from typing import Any

import pytest


class SmallDisk:
    """All files that are being downloaded together get so many bytes and not one more."""

    def __init__(self, room_bytes: int) -> None:
        self.room_bytes, self._open = room_bytes, Path.open

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand in for `Path.open`."""
        patch.setattr(Path, "open", lambda *args, **kwargs: self.open(*args, **kwargs))

    def open(self, path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        """Open a file; one that is being downloaded writes what there is room for."""
        file = self._open(path, mode, *args, **kwargs)
        return _Filling(file, self) if path.suffix == ".part" and "r" not in mode else file


class _Filling:
    """A file on a small disk."""

    def __init__(self, file: Any, disk: SmallDisk) -> None:
        self._file, self._disk = file, disk

    def __enter__(self) -> "_Filling":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, block: bytes) -> None:
        fits = block[: self._disk.room_bytes]
        self._disk.room_bytes -= len(fits)
        self._file.write(fits)
        if len(fits) < len(block):
            raise OSError(errno.ENOSPC, "No space left on device")
