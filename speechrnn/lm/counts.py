"""Counts the n-grams of a text, in the order in which the trie of a model wants them.

An n-gram is known by its history, an n-gram one word shorter, and its last word. Numbering the n-grams of an order by
these two, in sorted order, makes one sort of whole numbers of what would else be a table of word tuples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import START_ID
from speechrnn.decoding.ngram_trie import Integers


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """All n-grams of one order, sorted by history and last word; each attribute is `(ngrams,)`.

    Attributes:
        parents: place of the history among the n-grams one word shorter.
        words: id of the last word.
        counts: how often the n-gram came.
        suffixes: place, among those one word shorter, of the n-gram without its first word; 0 for unigrams.
        starts: whether its first word is `<s>`.
    """

    parents: Integers
    words: Integers
    counts: Integers
    suffixes: Integers
    starts: NDArray[np.bool_]

    def __len__(self) -> int:
        """Different n-grams."""
        return len(self.words)


def count_ngrams(text: Integers, vocab: int, order: int) -> list[Counts]:
    """Count n-grams of every order from 1 on.

    Args:
        text: ids, each sentence between `<s>` and `</s>`; no n-gram goes beyond its sentence.
        vocab: words of the vocabulary; all of them are unigrams, with a count of 0 if they never came.
        order: words of the longest n-grams.

    Returns:
        One entry per order; fewer than `order` where no sentence is long enough.
    """
    words, zeros = np.arange(vocab), np.zeros(vocab, dtype=np.int64)
    levels = [Counts(zeros, words, np.bincount(text, minlength=vocab), zeros, words == START_ID)]
    ending = text
    while len(levels) < order:
        level, ending = _longer(levels[-1], ending, text, vocab)
        if not len(level):
            break
        levels.append(level)
    return levels


def _longer(shorter: Counts, ending: Integers, text: Integers, vocab: int) -> tuple[Counts, Integers]:
    """Count n-grams one word longer.

    Args:
        shorter: the n-grams that are their histories.
        ending: which of these ends at each word of the text `(words,)`, -1 for none.
        text: ids `(words,)`.
        vocab: words of the vocabulary.

    Returns:
        The longer n-grams, and which of them ends at each word `(words,)`.
    """
    places = np.flatnonzero((ending[:-1] >= 0) & (text[1:] != START_ID)) + 1
    keys, examples, inverse, counts = np.unique(
        ending[places - 1] * vocab + text[places], return_index=True, return_inverse=True, return_counts=True
    )
    parents = keys // vocab
    level = Counts(parents, keys % vocab, counts, ending[places[examples]], shorter.starts[parents])
    longer = np.full(len(text), -1)
    longer[places] = inverse
    return level, longer
