"""Entropy pruning drops what is missed least, as its definition says."""

import math

import numpy as np
import pytest

from speechrnn.decoding.arpa import arpa_text, parse_arpa
from speechrnn.decoding.ngram import NgramModel
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.lm.perplexity import measure
from speechrnn.lm.prune import prune_by_entropy, score_many
from tests.decoding.arpa_oracle import predict, read_plainly

RANDOM = np.random.default_rng(11)
LINES = [" ".join(RANDOM.choice([*"aaaabbbccdefg"], size=RANDOM.integers(2, 8))) for _ in range(60)]


@pytest.fixture(scope="module")
def bigram() -> NgramModel:
    return estimate_lm(LINES, BuildOptions(order=2))


def entropy_rise(ngrams: dict[tuple[str, ...], tuple[float, float]], pair: tuple[str, str]) -> float:
    """Share by which perplexity rises without a bigram, summed over the whole vocabulary as Stolcke defines it."""
    history, last = pair
    words = [ngram[0] for ngram in ngrams if len(ngram) == 1 and ngram[0] != "<s>"]
    kept = {ngram[1] for ngram in ngrams if len(ngram) == 2 and ngram[0] == history} - {last}
    before = {word: 10 ** predict(ngrams, (history,), word) for word in words}
    single = {word: 10 ** predict(ngrams, (), word) for word in words}
    weight = (1 - sum(before[word] for word in kept)) / (1 - sum(single[word] for word in kept))
    after = {word: before[word] if word in kept else weight * single[word] for word in words}
    share = single["</s>" if history == "<s>" else history]
    return math.expm1(share * sum(before[word] * math.log(before[word] / after[word]) for word in words))


def test_exactly_the_bigrams_below_the_threshold_are_dropped(bigram: NgramModel) -> None:
    ngrams = read_plainly(arpa_text(bigram))
    rises = {(one, two): entropy_rise(ngrams, (one, two)) for one, two in (n for n in ngrams if len(n) == 2)}
    for share in (0.2, 0.5, 0.9):
        ordered = sorted(rises.values())
        threshold = (ordered[int(share * len(ordered))] + ordered[int(share * len(ordered)) - 1]) / 2
        left = {ngram for ngram in read_plainly(arpa_text(prune_by_entropy(bigram, threshold))) if len(ngram) == 2}
        assert left == {pair for pair, rise in rises.items() if rise >= threshold}


def test_what_is_left_keeps_its_probability_and_the_rest_backs_off(bigram: NgramModel) -> None:
    pruned = prune_by_entropy(bigram, 1e-3)
    before, after = read_plainly(arpa_text(bigram)), read_plainly(arpa_text(pruned))
    assert 0 < sum(len(ngram) == 2 for ngram in after) < sum(len(ngram) == 2 for ngram in before)
    assert all(after[ngram][0] == before[ngram][0] for ngram in after)
    for state in range(len(pruned.trie.back_offs)):
        assert np.exp(pruned.row(state)[0]).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("order", [3, 4])
def test_every_ngram_left_has_its_history_left(order: int) -> None:
    model = estimate_lm(LINES, BuildOptions(order=order))
    sizes = []
    for threshold in (1e-6, 1e-4, 1e-3, 1e-2, 10.0):
        pruned = prune_by_entropy(model, threshold)
        ngrams = read_plainly(arpa_text(pruned))
        assert all(ngram[:-1] in ngrams for ngram in ngrams if len(ngram) > 1)
        assert parse_arpa(arpa_text(pruned).encode(), "pruned").trie.level_sizes == pruned.trie.level_sizes
        sizes.append(len(ngrams))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == model.trie.level_sizes[0]


def test_perplexity_rises_little_where_the_threshold_is_small() -> None:
    model = estimate_lm(LINES, BuildOptions(order=3))
    pruned = prune_by_entropy(model, 1e-4)
    assert sum(pruned.trie.level_sizes) < sum(model.trie.level_sizes)
    before, after = (measure(one, LINES, "word").perplexity for one in (model, pruned))
    assert before < after < 1.05 * before


def test_a_model_without_longer_ngrams_stays() -> None:
    model = estimate_lm(LINES, BuildOptions(order=1))
    assert arpa_text(prune_by_entropy(model, 1.0)) == arpa_text(model)


def test_scoring_many_words_at_once_is_scoring_each() -> None:
    model = estimate_lm(LINES, BuildOptions(order=4))
    states = np.repeat(np.arange(len(model.trie.back_offs)), len(model))
    words = np.tile(np.arange(len(model)), len(model.trie.back_offs))
    singly = [model.score(state, word)[0] for state, word in zip(states.tolist(), words.tolist(), strict=True)]
    assert score_many(model.trie, states, words) == pytest.approx(np.array(singly), abs=1e-5)
