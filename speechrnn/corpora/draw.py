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
    ranked = sorted(set(names), key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest())
    if len(ranked) < 2:
        return frozenset()
    count = min(len(ranked) - 1, max(1, round(fraction * len(ranked))))
    return frozenset(ranked[:count])
