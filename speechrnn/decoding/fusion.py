"""What a beam search adds to the acoustic score of a prefix: language models, lexicons, grammars, hot words.

Each of them is a graph over labels. A state stands for what the graph remembers of a prefix; a label leads to another
state and has a score. A search asks for whole rows, every label of many states at once, so a row is worked out when it
is first asked for and kept: a search meets the same few thousand states again and again. Inside a search a state is
known by the place of its row, which a row holds for its successors once they were met: no look-up by state is left.
"""

from collections.abc import Iterable
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
States = NDArray[np.int64]
Places = NDArray[np.int64]

MAX_BYTES: Final = 64 * 2**20
"""Rows kept by one table; past it, all are forgotten before the next utterance and worked out anew."""

UNMET: Final = -1


class Graph(Protocol):
    """States are whole numbers from 0 that the graph gives out; scores are natural logs with weights multiplied in."""

    @property
    def start(self) -> int:
        """State of the empty prefix."""

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every label out of a state.

        Returns:
            scores `(vocab,)`, -inf where a label may not follow, and next states `(vocab,)`. Column 0, the blank, which
            is no part of a prefix, is not read.
        """

    def final(self, state: int) -> float:
        """Score the end of the utterance in a state; -inf where it must not end."""


@runtime_checkable
class ManyGraph(Protocol):
    """A graph that follows the labels out of several states faster at once, as a network does."""

    def expand_many(self, states: list[int]) -> tuple[Scores, States]:
        """Give scores and next states, `(len(states), vocab)` each."""


@runtime_checkable
class GrowingGraph(Protocol):
    """A graph that keeps what its states stand for, and so grows with every prefix."""

    def forget(self) -> None:
        """Drop all states; called between utterances, when no table holds one any more. `start` is asked for anew."""


class Table:
    """The rows of a graph that were asked for so far, as arrays.

    Args:
        graph: whose rows.
        vocab: labels with the blank, the width of a row.
    """

    def __init__(self, graph: Graph, vocab: int) -> None:
        """Start without rows."""
        self.graph, self.vocab = graph, vocab
        self._expand_many = graph.expand_many if isinstance(graph, ManyGraph) else None
        self._clear()

    def __reduce__(self) -> tuple[type["Table"], tuple[Graph, int]]:
        """Travel to another process without rows."""
        return Table, (self.graph, self.vocab)

    def forget(self) -> None:
        """Drop every row, and what a growing graph keeps."""
        self._clear()
        if isinstance(self.graph, GrowingGraph):
            self.graph.forget()

    def begin(self) -> int:
        """Make ready for another utterance; memory stays bounded however many there are.

        Returns:
            Place of the start state.
        """
        if self._scores.nbytes + self._next.nbytes + self._places.nbytes > MAX_BYTES:
            self.forget()
        return self._meet([self.graph.start])[0]

    def rows(self, states: list[int]) -> tuple[Scores, States]:
        """Give whole rows of states, copied: scores and next states, `(len(states), vocab)` each."""
        places = self._meet(states)
        return self._scores.take(places, axis=0), self._next.take(places, axis=0)

    def scores(self, places: Places, labels: Places) -> Scores:
        """Give what the states at places `(beam,)` have for labels `(columns,)`, ascending: `(beam, columns)`."""
        rows = self._scores.take(places, axis=0)
        return rows if len(labels) == self.vocab else rows.take(labels, axis=1)

    def follow(self, places: Places, labels: Places) -> tuple[Scores, Places]:
        """Take one label each out of the states at some places, `(beam,)` both; give its score and where it leads."""
        scores, found = self._scores[places, labels], self._places[places, labels]
        unmet = (found == UNMET).nonzero()[0]
        if len(unmet):
            at, by = places[unmet], labels[unmet]
            found[unmet] = self._meet(self._next[at, by].tolist())
            self._places[at, by] = found[unmet]
        return scores, found

    def final(self, places: Places) -> Scores:
        """Score the end of the utterance in the states at places `(beam,)`."""
        return np.array([self.graph.final(self._states[place]) for place in places.tolist()])

    def _clear(self) -> None:
        self._place_of: dict[int, int] = {}
        self._states: list[int] = []
        self._scores = np.empty((64, self.vocab))
        self._next = np.empty((64, self.vocab), dtype=np.int64)
        self._places = np.full((64, self.vocab), UNMET)

    def _meet(self, states: list[int]) -> list[int]:
        """Give the places of states, new rows for those that have none."""
        new = [state for state in dict.fromkeys(states) if state not in self._place_of]
        if new:
            self._add(new)
        return [self._place_of[state] for state in states]

    def _add(self, states: list[int]) -> None:
        start = len(self._states)
        self._states += states
        self._place_of.update(zip(states, range(start, len(self._states)), strict=True))
        while len(self._scores) < len(self._states):
            self._scores = np.concatenate([self._scores, np.empty_like(self._scores)])
            self._next = np.concatenate([self._next, np.empty_like(self._next)])
            self._places = np.concatenate([self._places, np.full_like(self._places, UNMET)])
        rows = slice(start, len(self._states))
        if self._expand_many is not None:
            self._scores[rows], self._next[rows] = self._expand_many(states)
            return
        for place, state in enumerate(states, start):
            self._scores[place], self._next[place] = self.graph.expand(state)


def score_labels(graph: Graph, labels: Iterable[int]) -> float:
    """Follow labels through a graph to the end of an utterance: what it adds to them, -inf where it forbids them."""
    state, total = graph.start, 0.0
    for label in labels:
        scores, after = graph.expand(state)
        if scores[label] == -np.inf:
            return -np.inf
        total, state = total + float(scores[label]), int(after[label])
    return total + graph.final(state)
