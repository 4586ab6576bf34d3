"""The n-grams of a model as a trie in flat arrays.

Node 0 is the empty history; nodes 1 to `words` are the unigrams in order of their ids; then come the bigrams, ordered
by their first word and then their second, and so on. The children of a node, the n-grams that have it for a
history, hence stand side by side, sorted by their last word, and are found by bisection (as in Heafield 2011, there
with reversed histories and packed bits).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """All n-grams of one order, sorted by history and then by word; natural logs.

    Attributes:
        parents: `(ngrams,)` place of the history among the n-grams one word shorter; 0 for unigrams.
        words: `(ngrams,)` id of the last word; for unigrams 0, 1, 2, ...
        log_probs: `(ngrams,)` of the last word after the others.
        back_offs: `(ngrams,)` log back-off weight of the n-gram as a history; all 0 for the longest.
    """

    parents: Integers
    words: Integers
    log_probs: Floats
    back_offs: Floats

    def __len__(self) -> int:
        """N-grams of this order."""
        return len(self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Trie:
    """The arrays; `nodes` counts all n-grams and the empty history, `histories` those shorter than the longest.

    Attributes:
        level_sizes: n-grams of each order, unigrams first.
        words: int32 `(nodes,)` last word of each n-gram.
        log_probs: float32 `(nodes,)` natural log-probability of the last word after the others.
        after: int32 `(nodes,)` state after the n-gram: the longest end of it that has followers or a back-off weight.
        first: int32 `(histories + 1,)` children of node `i` are nodes `first[i]` to `first[i + 1] - 1`.
        back_offs: float32 `(histories,)` natural log back-off weights.
        links: int32 `(histories,)` the state with the oldest words of the history dropped.
    """

    level_sizes: tuple[int, ...]
    words: NDArray[np.int32]
    log_probs: NDArray[np.float32]
    after: NDArray[np.int32]
    first: NDArray[np.int32]
    back_offs: NDArray[np.float32]
    links: NDArray[np.int32]

    @property
    def offsets(self) -> list[int]:
        """First node of each order, and the number of nodes."""
        return list(accumulate(self.level_sizes, initial=1))

    def parents(self) -> Integers:
        """History of each n-gram as a node, `(nodes - 1,)`, from node 1 on."""
        return np.repeat(np.arange(len(self.back_offs)), np.diff(self.first))

    def levels(self) -> list[Level]:
        """Give the n-grams back order by order."""
        parents, back_offs = self.parents(), np.zeros(len(self.words))
        back_offs[: len(self.back_offs)] = self.back_offs
        offsets = self.offsets
        return [
            Level(
                parents=parents[begin - 1 : end - 1] - (offsets[order - 1] if order else 0),
                words=self.words[begin:end].astype(np.int64),
                log_probs=self.log_probs[begin:end].astype(np.float64),
                back_offs=back_offs[begin:end],
            )
            for order, (begin, end) in enumerate(pairwise(offsets))
        ]


def build_trie(levels: Sequence[Level]) -> Trie:
    """Lay n-grams out as a trie.

    Args:
        levels: every order, unigrams first; the unigrams are the whole vocabulary.

    Raises:
        ValueError: the n-grams of an order are not sorted, or one stands twice.
    """
    sizes = tuple(map(len, levels))
    offsets = list(accumulate(sizes, initial=1))
    histories = offsets[-2]
    parents = np.concatenate(
        [level.parents + (offsets[order - 1] if order else 0) for order, level in enumerate(levels)]
    )
    words = np.concatenate([[-1], *(level.words for level in levels)]).astype(np.int64)
    keys = parents * sizes[0] + words[1:]
    if np.any(np.diff(keys) <= 0):
        raise ValueError("n-grams came out of order or twice; wanted them sorted by history and then by word")
    first = np.searchsorted(parents, np.arange(histories + 1)) + 1
    back_offs = np.concatenate([[0.0], *(level.back_offs for level in levels[:-1])])
    after, links = _links(parents, words, keys, offsets, (np.diff(first) > 0) | (back_offs != 0))
    return Trie(
        level_sizes=sizes,
        words=words.astype(np.int32),
        log_probs=np.concatenate([[0.0], *(level.log_probs for level in levels)]).astype(np.float32),
        after=after.astype(np.int32),
        first=first.astype(np.int32),
        back_offs=back_offs.astype(np.float32),
        links=links.astype(np.int32),
    )


def _links(
    parents: Integers, words: Integers, keys: Integers, offsets: Sequence[int], is_state: NDArray[np.bool_]
) -> tuple[Integers, Integers]:
    """Find the state after each node `(nodes,)`, and the next shorter state of each history `(histories,)`.

    The longest end of an n-gram `h w` other than itself is found like Aho and Corasick's failure link: follow `w` out
    of the longest end of `h`, or else out of the longest end of that.
    """
    nodes, histories, vocab = len(words), offsets[-2], offsets[1] - 1
    ends, after = np.zeros(nodes, dtype=np.int64), np.arange(nodes)
    is_state[0] = True
    for begin, end in pairwise(offsets):
        level = np.arange(begin, end)
        if begin > 1:
            ends[level] = _longest_end(parents[level - 1], words[level], keys, ends, vocab)
        state = np.zeros(len(level), dtype=np.bool_) if begin >= histories else is_state[level]
        after[level] = np.where(state, level, after[ends[level]])
    return after, after[ends[:histories]]


def _longest_end(history: Integers, word: Integers, keys: Integers, ends: Integers, vocab: int) -> Integers:
    """Find the longest n-gram that ends each `history word` and is shorter."""
    found, history = np.zeros(len(word), dtype=np.int64), ends[history]
    searching = np.arange(len(word))
    while len(searching):
        wanted = history[searching] * vocab + word[searching]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[place] == wanted
        found[searching[hit]] = place[hit] + 1
        searching = searching[~hit]
        history[searching] = ends[history[searching]]
    return found
