"""A bigram model one can check by hand, with random back-off structure but true probabilities not needed."""

import numpy as np

from speechrnn.decoding.ngram import MARKERS, NgramModel
from speechrnn.decoding.ngram_trie import Level


def toy_bigram(words: list[str], seed: int = 0) -> NgramModel:
    """A model of `words` in which every second pair of words is a bigram of its own; scores are random."""
    rng = np.random.default_rng(seed)
    vocabulary = [*MARKERS, *words]
    size = len(vocabulary)
    unigrams = Level(np.zeros(size, np.int64), np.arange(size), np.log(rng.dirichlet(np.ones(size))), -rng.random(size))
    pairs = [(one, two) for one in range(size) for two in range(size) if (one + two) % 2 and one != 2 and two != 1]
    parents, last = (np.array(side) for side in zip(*pairs, strict=True))
    bigrams = Level(parents, last, -3 * rng.random(len(pairs)), np.zeros(len(pairs)))
    return NgramModel.of_levels(vocabulary, [unigrams, bigrams])
