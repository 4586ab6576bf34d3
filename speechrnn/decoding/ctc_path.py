"""Which label sequences CTC can spell on how many frames (Graves et al. 2006, section 3)."""

from collections.abc import Sequence
from itertools import pairwise


def frames_needed(labels: Sequence[int]) -> int:
    """Fewest output frames on which CTC can spell labels: one each, and a blank between equal neighbours.

    >>> frames_needed([1, 2, 2, 3])
    5
    """
    return len(labels) + sum(first == second for first, second in pairwise(labels))
