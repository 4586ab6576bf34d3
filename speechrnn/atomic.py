"""Files that are either whole or not there.

Content goes to a hidden file beside the target, is forced to the disk, and takes the target's name in one rename: a
kill or a power cut at any instant leaves the old file or the new one. Forcing costs some 10 ms a file; what is soon
made again may do without, and is then safe from a kill only.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO


@contextmanager
def writing(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """Open a file to write; it takes the name `path` when the block ends, and not at all when the block fails.

    Raises:
        OSError: naming `path`, when the system refuses it or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        partial.replace(path)
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        # The system names the hidden file, or on a full disk none at all; the user knows only the target.
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a whole file."""
    with writing(path, durable=durable) as file:
        file.write(content)


def write_json(path: Path, values: Any) -> None:
    """Write plain values as indented JSON."""
    write_bytes(path, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut; only POSIX lets a folder be opened for that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
