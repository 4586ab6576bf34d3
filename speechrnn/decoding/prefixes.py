"""The prefixes that a beam search has met: a tree of labels that grows, read from the leaf.

A prefix is also known by a 64-bit key, made of its parent's key and its label, by which a search finds a prefix that
fell out of the beam and comes back, though it stands in the tree twice. Two of the few hundred prefixes alive at a time
share a key once in 10^14 frames.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

ROOT_KEY: Final = 0x1B873593
_FACTOR: Final = np.int64(0x5851F42D4C957F2D)
_LABEL_FACTOR: Final = np.int64(0x2545F4914F6CDD1D)


def extend_keys(keys: Ids, labels: Ids) -> Ids:
    """Make the keys of prefixes with one more label, `(beam,)` all."""
    mixed = (keys ^ (labels * _LABEL_FACTOR)) * _FACTOR
    mixed ^= mixed >> 32
    return mixed


class Prefixes:
    """Nodes with their parents and last labels; node 0 is the empty prefix."""

    def __init__(self) -> None:
        """Hold the empty prefix."""
        self._count = 1
        self._parent = np.zeros(1024, dtype=np.int32)
        self._label = np.zeros(1024, dtype=np.int32)

    def add(self, parents: Ids, labels: Ids) -> Ids:
        """Add a prefix for each parent and label, `(beam,)` both; give their nodes."""
        start, self._count = self._count, self._count + len(parents)
        while self._count > len(self._parent):
            self._parent = np.concatenate([self._parent, np.empty_like(self._parent)])
            self._label = np.concatenate([self._label, np.empty_like(self._label)])
        self._parent[start : self._count] = parents
        self._label[start : self._count] = labels
        return np.arange(start, self._count)

    def labels(self, node: int) -> tuple[int, ...]:
        """Read a prefix from its first label on."""
        backwards = []
        while node:
            backwards.append(int(self._label[node]))
            node = int(self._parent[node])
        return tuple(reversed(backwards))
