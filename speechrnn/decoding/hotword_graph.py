"""Hot words as a graph over labels, so that a beam search leans towards them while it spells them.

The phrases share a trie whose nodes have failure links (Aho & Corasick 1975), so that a phrase is found wherever it
begins, also inside another. Only whole words count. A hypothesis inside a phrase is lent the share of the boost that it
has spelled, and gives the loan back where the match breaks off. So a finished transcript has gained exactly the boosts
of the phrases that occur in it, overlapping ones included; the loan only keeps rare words from falling out of the beam.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from speechrnn.decoding.fusion import Scores, States
from speechrnn.decoding.hotwords import HotWord
from speechrnn.decoding.space import space_label
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet

_ROOT: Final = 0


class HotWordGraph:
    """A `fusion.Graph` that boosts phrases.

    With characters, patterns and transcripts are taken to begin with a space, which is how a match knows that it begins
    a word; a space or the end of the utterance behind a pattern makes it count.

    Args:
        hotwords: the phrases; words that training never had are as good as any.
        alphabet: of the model, of characters or of words.

    Raises:
        UsageError: the alphabet cannot write some phrases, which are named.
    """

    def __init__(self, hotwords: Sequence[HotWord], alphabet: Alphabet) -> None:
        """Build the trie with its failure links."""
        self._vocab = alphabet.size
        self._space = space_label(alphabet)
        self._children: list[dict[int, int]] = [{}]
        self._gain, self._loan, self._after_space = [0.0], [0.0], [False]
        for hotword, labels in zip(hotwords, _spell(hotwords, alphabet), strict=True):
            self._add(labels, hotword.boost)
        self._fallback = [_ROOT] * len(self._children)
        self._link()
        self._gains, self._loans = np.array(self._gain), np.array(self._loan)

    @property
    def start(self) -> int:
        """State of the empty prefix, which stands at the beginning of a word."""
        return _ROOT if self._space is None else self._children[_ROOT].get(self._space, _ROOT)

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every label out of a state; scores `(vocab,)` and next states `(vocab,)`."""
        after = np.full(self._vocab, _ROOT, dtype=np.int64)
        for node in reversed([*self._suffixes(state)]):
            for label, child in self._children[node].items():
                if label > 0:
                    after[label] = child
        scores = self._loans[after] - self._loan[state]
        if self._space is None:
            return scores + self._gains[after], after
        if self._space > 0:
            scores[self._space] += self._gain[state]
            if self._after_space[state]:
                # A second space begins no other word.
                scores[self._space], after[self._space] = 0.0, state
        return scores, after

    def final(self, state: int) -> float:
        """Count a phrase that ends here, and take back what was lent."""
        return (0.0 if self._space is None else self._gain[state]) - self._loan[state]

    def _add(self, labels: Sequence[int], boost: float) -> None:
        node, opening = _ROOT, 0 if self._space is None else 1
        for place, label in enumerate(labels, start=1):
            if label not in self._children[node]:
                self._children[node][label] = len(self._children)
                self._children.append({})
                self._gain.append(0.0)
                self._loan.append(0.0)
                self._after_space.append(label == self._space)
            node = self._children[node][label]
            # A whole word label counts at once; a word in characters counts at its end and keeps its loan until then.
            if place < len(labels) or opening:
                share = (place - opening) / (len(labels) - opening)
                self._loan[node] = max(self._loan[node], boost * share)
        self._gain[node] += boost

    def _link(self) -> None:
        """Set each node's longest proper suffix that is a node, level by level; gains and loans add up along them."""
        queue = list(self._children[_ROOT].values())
        for node in queue:
            for label, child in self._children[node].items():
                self._fallback[child] = self._goto(self._fallback[node], label)
                queue.append(child)
            shorter = self._fallback[node]
            self._gain[node] += self._gain[shorter]
            self._loan[node] = max(self._loan[node], self._loan[shorter])

    def _goto(self, node: int, label: int) -> int:
        return next((self._children[at][label] for at in self._suffixes(node) if label in self._children[at]), _ROOT)

    def _suffixes(self, node: int) -> Iterator[int]:
        """Give a node and its ever shorter suffixes, the root last."""
        while node != _ROOT:
            yield node
            node = self._fallback[node]
        yield _ROOT


def _spell(hotwords: Iterable[HotWord], alphabet: Alphabet) -> list[list[int]]:
    """Write the phrases as labels, with a space before each if labels are characters."""
    space = space_label(alphabet)
    faults = [f"{hotword.phrase!r} ({_odd(hotword, alphabet)})" for hotword in hotwords if _odd(hotword, alphabet)]
    if faults:
        raise UsageError(
            f"hot words: the model cannot write {', '.join(faults)}, its alphabet is {alphabet}; "
            "spell them with it or take them out"
        )
    opening = [] if space is None else [space]
    return [opening + alphabet.encode(hotword.phrase) for hotword in hotwords]


def _odd(hotword: HotWord, alphabet: Alphabet) -> str:
    return " ".join(map(repr, alphabet.unknown(hotword.phrase)))
