"""A grammar as a graph over labels: whatever it does not allow cannot be recognised.

The network of the grammar is made deterministic while it is searched (subset construction, Rabin & Scott 1959): a state
is the set of network states that some labels lead to. Only the sets that a search meets are ever made. What is allowed
scores 0, everything else -inf; an utterance outside the grammar is told by `decoding.rejection`.
"""

from collections import defaultdict

import numpy as np

from speechrnn.decoding.fusion import Scores, States
from speechrnn.decoding.grammar_network import Network
from speechrnn.decoding.grammar_parse import Grammar
from speechrnn.text.alphabet import Alphabet


class GrammarGraph:
    """A `fusion.Graph` that lets only the phrases of a grammar pass.

    Args:
        grammar: what may be said.
        alphabet: of the model, of characters or of words.

    Raises:
        GrammarError: the alphabet cannot write some words, which are named, or the grammar is too large.
    """

    def __init__(self, grammar: Grammar, alphabet: Alphabet) -> None:
        """Lay out the network; its deterministic states are made when a search meets them."""
        self._network = Network(grammar, alphabet)
        self._vocab = alphabet.size
        self.forget()

    @property
    def start(self) -> int:
        """State of the empty prefix."""
        return 0

    def forget(self) -> None:
        """Drop all states but the first."""
        self._sets: list[frozenset[int]] = []
        self._ids: dict[frozenset[int], int] = {}
        self._intern(self._begin())

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every label out of a state; scores `(vocab,)`, 0 or -inf, and next states `(vocab,)`."""
        scores, after = np.full(self._vocab, -np.inf), np.zeros(self._vocab, dtype=np.int64)
        for label, states in sorted(self._step(self._sets[state]).items()):
            # Where the model writes no space no phrase goes on behind a word, so that label never comes up here.
            scores[label], after[label] = 0.0, self._intern(self._network.settle(states))
        return scores, after

    def final(self, state: int) -> float:
        """Give 0 where a phrase is complete, else -inf."""
        return 0.0 if self._network.last in self._sets[state] else -np.inf

    def _begin(self) -> frozenset[int]:
        begin = self._network.settle({0})
        if self._network.space is None:
            return begin
        ends = begin & {self._network.last}
        return self._network.settle(self._step(begin)[self._network.space]) | ends

    def _step(self, states: frozenset[int]) -> dict[int, set[int]]:
        reached: dict[int, set[int]] = defaultdict(set)
        for state in states:
            for label, after in self._network.edges[state]:
                reached[label].add(after)
        return reached

    def _intern(self, states: frozenset[int]) -> int:
        number = self._ids.setdefault(states, len(self._sets))
        if number == len(self._sets):
            self._sets.append(states)
        return number
