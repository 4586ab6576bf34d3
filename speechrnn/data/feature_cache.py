"""What was computed from a file, kept on disk so that no epoch, fold, seed or run computes it twice.

Nothing in it can go stale: a key holds the file's path, size, inode and times of change to the nanosecond, every
setting the values depend on, and a hash of the code that computes them (`source.py` makes the keys). What no key names
any more is never read, and is deleted in time. Processes share the folder without a lock: each writes packs of its own,
whole or not at all, and looks for those of others when it misses something.
"""

import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Final

from speechrnn.data.pack import PACK_SUFFIX, Pack, Values, open_pack, write_pack

PENDING_BYTES: Final = 32 << 20
"""So much is gathered in memory before a pack is written; a kill loses no more than that."""
INDEX_BYTES: Final = 250
"""What the index of a pack says of one array, at most."""
ABANDONED_SECONDS: Final = 3600.0
"""A file half written for so long is left over from a kill."""


@dataclass(slots=True)
class FeatureCache:
    """A folder of packs.

    Attributes:
        directory: the folder; made when there is something to keep.
        max_bytes: the packs together never grow over this. Those not used for longest are deleted first; those this
            process reads are kept, and when nothing else is left nothing more is written.
    """

    directory: Path
    max_bytes: int
    _packs: dict[Path, Pack] = field(default_factory=dict)
    _found: dict[str, Pack] = field(default_factory=dict)
    _used: set[Path] = field(default_factory=set)
    _pending: dict[str, Values] = field(default_factory=dict)
    _pending_bytes: int = 0
    _seen_ns: int = -1
    # Batches may be loaded in several threads. One lock for the bookkeeping: the work itself is done outside it.
    _lock: RLock = field(default_factory=RLock)

    def get(self, key: str | None, compute: Callable[[], Values]) -> Values:
        """Give the values of a key, computed if they are not there; a key of None is computed every time.

        Returns:
            An array that is the caller's own to change.
        """
        if key is None:
            return compute()
        with self._lock:
            known = self._look_up(key)
        if known is not None:
            return known
        values = compute()
        with self._lock:
            self._keep(key, values)
        return values

    def flush(self) -> None:
        """Write what was computed since the last time. A disk that refuses costs speed, not the run."""
        with self._lock:
            self._refresh()
            fresh = {key: values for key, values in self._pending.items() if key not in self._found}
            self._pending, self._pending_bytes = {}, 0
            size = sum(values.nbytes + INDEX_BYTES for values in fresh.values())
            if fresh and self._make_room(size):
                with suppress(OSError):
                    path = self.directory / f"{uuid.uuid4().hex}{PACK_SUFFIX}"
                    write_pack(path, fresh)
                    self._used.add(path)
                    self._refresh()

    def _look_up(self, key: str) -> Values | None:
        if key in self._pending:
            return self._pending[key].copy()
        if key not in self._found:
            self._refresh()
        pack = self._found.get(key)
        if pack is None:
            return None
        values = pack.read(key)
        if values is None:
            del self._found[key], pack.places[key]
        elif pack.path not in self._used:
            self._used.add(pack.path)
            with suppress(OSError):
                os.utime(pack.path)
        return values

    def _keep(self, key: str, values: Values) -> None:
        self._pending[key] = values.copy()
        self._pending_bytes += values.nbytes
        if self._pending_bytes >= PENDING_BYTES:
            self.flush()

    def _refresh(self) -> None:
        """Open the packs that have appeared since the folder was last looked through."""
        try:
            changed_ns = self.directory.stat().st_mtime_ns
        except OSError:
            return
        if changed_ns == self._seen_ns:
            return
        self._seen_ns = changed_ns
        for path in sorted(self.directory.glob(f"*{PACK_SUFFIX}")):
            if path not in self._packs and (pack := open_pack(path)):
                self._packs[path] = pack
                self._found.update(dict.fromkeys(pack.places, pack))

    def _make_room(self, size: int) -> bool:
        """Delete packs, the longest unused first, until `size` more bytes fit; tell whether they do."""
        self._sweep()
        there = []
        for path in self.directory.glob(f"*{PACK_SUFFIX}"):
            with suppress(OSError):
                there.append((path.stat().st_mtime_ns, path, path.stat().st_size))
        total = size + sum(one_size for _, _, one_size in there)
        for _, path, one_size in sorted(there):
            if total <= self.max_bytes:
                break
            if path not in self._used:
                with suppress(OSError):
                    path.unlink()
                    total -= one_size
                    self._forget(path)
        return total <= self.max_bytes

    def _sweep(self) -> None:
        for path in self.directory.glob(".*.partial"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                    path.unlink()

    def _forget(self, path: Path) -> None:
        pack = self._packs.pop(path, None)
        for key in pack.places if pack else ():
            if self._found.get(key) is pack:
                del self._found[key]
