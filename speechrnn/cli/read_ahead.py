"""Reading that a signal can end: a pipe may say nothing for hours, and nobody waits for it inside of a system call."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

_MOST_AHEAD: Final = 10
_WAIT_SECONDS: Final = 0.2
"""How often one who waits looks whether more is wanted."""
_END_SECONDS: Final = 0.5
"""How long a reader may take to end; one that waits for a quiet pipe is left to end with the program."""


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


def read_ahead(items: Iterator[Item], wanted: Callable[[], bool]) -> Iterator[Item]:
    """Give items as they come for as long as more are wanted, and then those that had come already.

    Args:
        items: taken in a thread of its own, a few ahead.
        wanted: asked several times a second.

    Raises:
        BaseException: what `items` raised, in its turn.
    """
    reader = _Reader(items)
    thread = threading.Thread(target=reader.run, daemon=True)
    thread.start()
    try:
        while True:
            try:
                item = reader.read.get(timeout=_WAIT_SECONDS) if wanted() else reader.read.get_nowait()
            except queue.Empty:
                if wanted():
                    continue
                return
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        reader.stopped.set()
        thread.join(_END_SECONDS)  # or a file would be closed while a library reads it


@dataclass(slots=True)
class _Reader(Generic[Item]):
    items: Iterator[Item]
    read: "queue.Queue[Item | _End]" = field(default_factory=lambda: queue.Queue(_MOST_AHEAD))
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            for item in self.items:
                if not self._put(item):
                    return
            self._put(_End())
        except BaseException as error:  # whoever takes the items shall have it
            self._put(_End(error))

    def _put(self, item: Item | _End) -> bool:
        while not self.stopped.is_set():
            try:
                self.read.put(item, timeout=_WAIT_SECONDS)
            except queue.Full:
                continue
            return True
        return False
