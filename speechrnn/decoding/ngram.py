"""A back-off n-gram language model: how probable a word is after those before it.

An n-gram that was kept has its own probability; any other takes the back-off weight of its history times the
probability after the history less its oldest word (Katz 1987). The n-grams stand in a trie of flat arrays
(`ngram_trie.py`). A state is a node of the trie: the longest part of the history that can still matter. Scores are
natural logs.

The words may be characters as well: then the space between words is the symbol `<space>`, here and in ARPA files,
and every character model has it. Words 0, 1 and 2 are `<unk>`, `<s>` and `</s>`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram_trie import Level, Trie, build_trie
from speechrnn.text.alphabet import Alphabet, Unit, split

UNKNOWN: Final = "<unk>"
START: Final = "<s>"
END: Final = "</s>"
SPACE: Final = "<space>"
MARKERS: Final = (UNKNOWN, START, END)
UNKNOWN_ID: Final = 0
START_ID: Final = 1
END_ID: Final = 2

Scores = NDArray[np.float64]
States = NDArray[np.int64]


class NgramModel:
    """An n-gram model that is read, never changed.

    Attributes:
        vocabulary: every word; its place is its id. Begins with `<unk>`, `<s>`, `</s>`.
        trie: the n-grams.
        start: state at the beginning of a sentence, after `<s>`.
        empty: state without history, from which words get their unigram probabilities.
    """

    def __init__(self, vocabulary: Sequence[str], trie: Trie) -> None:
        """Hold a vocabulary and a trie whose unigrams are the vocabulary's words in order.

        Raises:
            ValueError: the vocabulary does not begin with the three markers, or the trie is of another size.
        """
        self.vocabulary, self.trie = tuple(vocabulary), trie
        if self.vocabulary[:3] != MARKERS or trie.level_sizes[0] != len(self.vocabulary):
            raise ValueError(
                f"vocabulary of {len(self.vocabulary)} words from {self.vocabulary[:3]} and a trie of "
                f"{trie.level_sizes[0]} unigrams came; wanted the same number, beginning with {MARKERS}"
            )
        self._ids = {word: number for number, word in enumerate(self.vocabulary)}
        # Python reads single numbers out of these several times faster than out of arrays.
        self._words, self._log_probs = trie.words.data, trie.log_probs.data
        self._after, self._first = trie.after.data, trie.first.data
        self._back_offs, self._links = trie.back_offs.data, trie.links.data
        self.empty: Final = 0
        self.start: Final = self._after[1 + START_ID]

    @classmethod
    def of_levels(cls, vocabulary: Sequence[str], levels: Sequence[Level]) -> "NgramModel":
        """Build a model from its n-grams, unigrams first; see `ngram_trie.Level`."""
        return cls(vocabulary, build_trie(levels))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let another process have the model: views cannot travel, arrays can."""
        return NgramModel, (self.vocabulary, self.trie)

    def __len__(self) -> int:
        """Words of the vocabulary, the three markers included."""
        return len(self.vocabulary)

    def __contains__(self, word: str) -> bool:
        """Tell whether a word is in the vocabulary."""
        return word in self._ids

    @property
    def order(self) -> int:
        """Words of the longest n-grams."""
        return len(self.trie.level_sizes)

    @property
    def unit(self) -> Unit:
        """What a word of the model is: a character if there is a symbol for the space, else a word."""
        return "character" if SPACE in self._ids else "word"

    def word_id(self, word: str) -> int:
        """Give the id of a word, 0 (`<unk>`) when the vocabulary lacks it."""
        return self._ids.get(word, UNKNOWN_ID)

    def ids(self, words: Iterable[str]) -> list[int]:
        """Give the ids of words."""
        return [self.word_id(word) for word in words]

    def score(self, state: int, word: int) -> tuple[float, int]:
        """Read a word after a history.

        Args:
            state: what is remembered of the history.
            word: id of the word; `</s>` ends the sentence, `<s>` is never read.

        Returns:
            Natural log-probability of the word, and the state after it.
        """
        score = 0.0
        while state:
            end = self._first[state + 1]
            node = bisect_left(self._words, word, self._first[state], end)
            if node < end and self._words[node] == word:
                return score + self._log_probs[node], self._after[node]
            score += self._back_offs[state]
            state = self._links[state]
        return score + self._log_probs[1 + word], self._after[1 + word]

    def final(self, state: int) -> float:
        """Score the end of the sentence after a history."""
        return self.score(state, END_ID)[0]

    def row(self, state: int) -> tuple[Scores, States]:
        """Read every word of the vocabulary after a history.

        Returns:
            Natural log-probabilities `(words,)` and the states after each word `(words,)`.
        """
        trie, histories = self.trie, []
        while state:
            histories.append(state)
            state = self._links[state]
        unigrams = slice(1, 1 + len(self.vocabulary))
        scores, states = trie.log_probs[unigrams].astype(np.float64), trie.after[unigrams].astype(np.int64)
        for history in reversed(histories):
            children = slice(self._first[history], self._first[history + 1])
            scores += self._back_offs[history]
            scores[trie.words[children]] = trie.log_probs[children]
            states[trie.words[children]] = trie.after[children]
        return scores, states

    def sentence(self, words: Sequence[int]) -> list[float]:
        """Score each word of a sentence and, last, its end: natural logs, one more than words."""
        scores, state = [], self.start
        for word in [*words, END_ID]:
            score, state = self.score(state, word)
            scores.append(score)
        return scores

    def sentences(self, lines: Iterable[Sequence[int]]) -> list[list[float]]:
        """Score many sentences; see `sentence`."""
        return [self.sentence(line) for line in lines]

    def score_text(self, text: str) -> float:
        """Score a sentence written as text, end included; what the vocabulary lacks counts as `<unk>`."""
        return sum(self.sentence(self.ids(tokens(text, self.unit))))


def tokens(text: str, unit: Unit) -> list[str]:
    """Cut a text into what a language model calls words.

    >>> tokens("to be", "word")
    ['to', 'be']
    >>> tokens("to be", "character")
    ['t', 'o', '<space>', 'b', 'e']
    """
    return [SPACE if symbol == " " else symbol for symbol in split(text, unit)]


def tokens_of(alphabet: Alphabet) -> list[str]:
    """Write the symbols of an alphabet as language models do, in the order of their labels.

    >>> tokens_of(Alphabet((" ", "a")))
    ['<space>', 'a']
    """
    return [token for symbol in alphabet.symbols for token in tokens(symbol, alphabet.unit)]
