"""A character n-gram over label ids, from transcripts: what CTC-CRF weighs whole texts by.

Interpolated absolute discounting (Ney, Essen & Kneser 1994): a history `h` seen `n` times gives
`p(c|h) = max(n(hc) - D, 0) / n + D * kinds(h) / n * p(c|h')`, with `h'` the history less its oldest character, and the
uniform distribution at the bottom. `D` is fixed: its usual estimate counts n-grams seen once and twice, and a closed
corpus of ten words has none. The id 0, the blank of CTC, stands here for the start of a text where it is a history's
first entry, and for the end of the text where it is predicted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

History = tuple[int, ...]

DISCOUNT: Final = 0.5
FLOOR: Final = 0.01
"""Share of every distribution that is uniform: no text is then impossible, and no weight small enough to underflow."""
MAX_HISTORIES: Final = 1024
"""Rarer histories count as the longest part of them that is kept; the recursion's cost grows with the square."""


@dataclass(frozen=True, slots=True)
class Ngram:
    """An automaton that reads labels one by one.

    `histories` are its states: the start `(0,)` first, every single label, and the longer ones seen. `successors` and
    `probabilities` are `(states, labels)`: where a label leads and how probable it is there, column 0 being the end of
    the text, which leads nowhere.
    """

    histories: tuple[History, ...]
    successors: NDArray[np.int64]
    probabilities: NDArray[np.float64]


def count_ngram(texts: Iterable[Sequence[int]], num_labels: int, order: int) -> Ngram:
    """Estimate an n-gram.

    Args:
        texts: label ids of each transcript, from 1 to `num_labels - 1`.
        num_labels: the size of the alphabet, the blank included.
        order: characters per n-gram; at 1 no character depends on another.
    """
    counts = _count(texts, order)
    histories = _kept_histories(counts, num_labels, order)
    place = {history: number for number, history in enumerate(histories)}
    successors = np.zeros((len(histories), num_labels), np.int64)
    probabilities = np.empty((len(histories), num_labels))
    known: dict[History, NDArray[np.float64]] = {}
    for number, history in enumerate(histories):
        # At order 1 states still tell the last label apart, which CTC's repeats need, and all predict alike.
        told = history[len(history) - min(len(history), order - 1) :]
        probabilities[number] = (1 - FLOOR) * _distribution(told, counts, num_labels, known) + FLOOR / num_labels
        for label in range(1, num_labels):
            successors[number, label] = place[_longest_known((*history, label), place)]
    return Ngram(histories, successors, probabilities)


def _count(texts: Iterable[Sequence[int]], order: int) -> dict[History, Counter[int]]:
    """How often each label, or the end, followed each history of up to `order - 1` labels."""
    counts: dict[History, Counter[int]] = defaultdict(Counter)
    for text in texts:
        padded = (0, *text, 0)
        for position in range(1, len(padded)):
            for length in range(min(order - 1, position) + 1):
                counts[padded[position - length : position]][padded[position]] += 1
    return dict(counts)


def _kept_histories(counts: dict[History, Counter[int]], num_labels: int, order: int) -> tuple[History, ...]:
    """The start, every label, and the most frequent longer histories.

    A history is never kept without the shorter ones it ends in: those are at least as frequent, and come first.
    """
    always: list[History] = [(label,) for label in range(num_labels)]
    longer = [history for history in counts if 2 <= len(history) < order]
    longer.sort(key=lambda history: (-counts[history].total(), len(history), history))
    return (*always, *longer[: max(0, MAX_HISTORIES - len(always))])


def _longest_known(history: History, place: dict[History, int]) -> History:
    return next(history[cut:] for cut in range(len(history)) if history[cut:] in place)


def _distribution(
    history: History, counts: dict[History, Counter[int]], num_labels: int, known: dict[History, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """`p(. | history)`, `(labels,)`, before the floor."""
    if history not in known:
        uniform = np.full(num_labels, 1 / num_labels)
        lower = _distribution(history[1:], counts, num_labels, known) if history else uniform
        known[history] = _discounted(counts[history], lower) if history in counts else lower
    return known[history]


def _discounted(followers: Counter[int], lower: NDArray[np.float64]) -> NDArray[np.float64]:
    total = followers.total()
    distribution = lower * (DISCOUNT * len(followers) / total)
    for label, count in followers.items():
        distribution[label] += (count - DISCOUNT) / total
    return distribution
