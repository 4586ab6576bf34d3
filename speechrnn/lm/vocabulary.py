"""Which words an n-gram model knows, and a text as numbers; every other word is read as `<unk>`."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from speechrnn.decoding.ngram import END_ID, MARKERS, SPACE, START_ID, UNKNOWN, UNKNOWN_ID, tokens
from speechrnn.decoding.ngram_trie import Integers
from speechrnn.errors import LanguageModelError
from speechrnn.text.alphabet import Unit


def make_vocabulary(
    sentences: Iterable[Sequence[str]], unit: Unit, *, min_count: int = 1, vocab_size: int | None = None
) -> list[str]:
    """Choose words: the markers first, then those that are common enough, in order of their code points.

    A model of characters always knows the space, by which it is told from one of words.

    Args:
        sentences: the text.
        unit: what the model calls a word.
        min_count: occurrences a word must have.
        vocab_size: how many to keep at most, the commonest, besides the markers.

    Raises:
        LanguageModelError: the text holds `<s>` or `</s>`.
    """
    counts = Counter(word for sentence in sentences for word in sentence)
    if clash := [marker for marker in (MARKERS[START_ID], MARKERS[END_ID]) if counts[marker]]:
        raise LanguageModelError(f"text: {' and '.join(clash)} came as a word, each line is a sentence; take it out")
    del counts[UNKNOWN]
    common = sorted(
        (word for word, count in counts.items() if count >= min_count), key=lambda word: (-counts[word], word)
    )
    kept = set(common[:vocab_size]) | ({SPACE} if unit == "character" else set())
    return [*MARKERS, *sorted(kept)]


def number_sentences(sentences: Iterable[Sequence[str]], vocabulary: Sequence[str]) -> Integers:
    """Write a text as one row of ids `(words + 2 * sentences,)`, each sentence between `<s>` and `</s>`."""
    ids = {word: number for number, word in enumerate(vocabulary)}
    numbers = (
        number
        for sentence in sentences
        for number in (START_ID, *(ids.get(word, UNKNOWN_ID) for word in sentence), END_ID)
    )
    return np.fromiter(numbers, dtype=np.int64)


def cut_lines(lines: Iterable[str], unit: Unit) -> list[list[str]]:
    """Cut each line into the words of the model."""
    return [tokens(line, unit) for line in lines]
