"""Streams that cannot seek."""

import io


class Pipe(io.BytesIO):
    """Bytes that come once, as standard input does; counts how many were taken."""

    taken = 0

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError("a pipe cannot seek")

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        self.taken += len(content)
        return content


class Trickle(Pipe):
    """A pipe that gives a few bytes at a time, however many are asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size, 7) if size is not None and size > 0 else 7)
