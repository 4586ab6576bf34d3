"""N-grams are counted within sentences, in the order of the trie."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.lm.counts import Counts, count_ngrams
from speechrnn.lm.vocabulary import make_vocabulary, number_sentences
from tests.lm.ngram_oracle import all_ngrams

SENTENCES = st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=1, max_size=6)


def spelled(levels: list[Counts], vocabulary: list[str]) -> list[list[tuple[str, ...]]]:
    """The n-grams of each order as words, by way of their histories."""
    texts: list[list[tuple[str, ...]]] = [[()]]
    for level in levels:
        pairs = zip(level.parents.tolist(), level.words.tolist(), strict=True)
        texts.append([(*texts[-1][parent], vocabulary[word]) for parent, word in pairs])
    return texts[1:]


@settings(max_examples=60, deadline=None)
@given(SENTENCES, st.integers(1, 5))
def test_every_ngram_is_counted_and_linked_to_its_parts(sentences: list[list[str]], order: int) -> None:
    vocabulary = make_vocabulary(sentences, "word")
    levels = count_ngrams(number_sentences(sentences, vocabulary), len(vocabulary), order)
    texts = spelled(levels, vocabulary)
    assert len(levels) == min(order, 2 + max(map(len, sentences)))
    for size, (level, ngrams) in enumerate(zip(levels, texts, strict=True), start=1):
        expected = all_ngrams(sentences, size) + Counter({("<s>",): len(sentences)} if size == 1 else {})
        assert {ngram: count for ngram, count in zip(ngrams, level.counts.tolist(), strict=True) if count} == expected
        assert [ngram[0] == "<s>" for ngram in ngrams] == level.starts.tolist()
        if size > 1:
            assert [texts[size - 2][place] for place in level.suffixes] == [ngram[1:] for ngram in ngrams]
            keys = list(zip(level.parents.tolist(), level.words.tolist(), strict=True))
            assert keys == sorted(set(keys))
