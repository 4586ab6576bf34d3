"""A stream that cannot seek, laid down in a temporary file: on disk, so that its length costs no memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final

from speechrnn.audio.decoder import UndecodableError

_MOST_BYTES: Final = 8 * 1024**3
_AT_ONCE: Final = 2**20


@contextmanager
def spooled(stream: BinaryIO, head: bytes = b"") -> Iterator[FileIO]:
    """Copy a stream to its end, behind bytes that were already taken from it.

    Raises:
        UndecodableError: it is longer than any recording should be.
    """
    # A folder and not an open file without a name: Windows opens such a one only once.
    with tempfile.TemporaryDirectory(prefix="speechrnn-") as folder, FileIO(Path(folder) / "stream", "w+") as file:
        file.write(head)
        copied = len(head)
        while part := stream.read(_AT_ONCE):
            file.write(part)
            copied += len(part)
            if copied > _MOST_BYTES:
                raise UndecodableError(f"more than {_MOST_BYTES // 1024**3} GiB came through a pipe; give a file")
        file.seek(0)
        yield file
