"""Drawn splits that anybody can redraw.

A name is drawn by the rank of SHA-256 over seed and name. Unlike a pseudo-random shuffle this depends on no library's
version, and adding one utterance moves at most one other across the border.
"""

import hashlib
from collections.abc import Iterable


def draw(names: Iterable[str], fraction: float, seed: int) -> frozenset[str]:
    """Draw `fraction` of the distinct names, at least one and never all of them.

    >>> sorted(draw(["ann", "bob", "cy", "dee"], 0.5, seed=0))
    ['bob', 'cy']
    """
    ranked = sorted(set(names), key=lambda name: rank(name, seed))
    return frozenset(ranked[: num_drawn(len(ranked), fraction)])


def rank(name: str, seed: int) -> bytes:
    """Place a name among others: the lowest are drawn first."""
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()


def num_drawn(num_names: int, fraction: float) -> int:
    """Count how many of so many are drawn.

    >>> num_drawn(1, 0.5), num_drawn(2, 0.9), num_drawn(100, 0.001), num_drawn(100, 0.1)
    (0, 1, 1, 10)
    """
    return 0 if num_names < 2 else min(num_names - 1, max(1, round(fraction * num_names)))
