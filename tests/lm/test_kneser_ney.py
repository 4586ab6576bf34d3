"""Smoothing gives what its definition gives, sums to one, and copes with little text."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.decoding.ngram import START_ID, NgramModel
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.lm.counts import count_ngrams
from speechrnn.lm.kneser_ney import FIXED, adjusted_counts, discounts
from speechrnn.lm.vocabulary import cut_lines, make_vocabulary, number_sentences
from tests.lm.ngram_oracle import Oracle

# Thirty sentences over a few words, in which every order has n-grams seen once, twice, three and four times.
RANDOM = np.random.default_rng(5)
LINES = [" ".join(RANDOM.choice([*"aaaabbbccdefghij"], size=RANDOM.integers(1, 7))) for _ in range(30)]


def discounts_by_hand(counts: Sequence[int]) -> list[Fraction]:
    """Chen and Goodman's estimate, then one for all, then a half."""
    seen = {number: sum(count == number for count in counts) for number in (1, 2, 3, 4)}
    if not (seen[1] and seen[2]):
        return [Fraction(1, 2)] * 3
    share = Fraction(seen[1], seen[1] + 2 * seen[2])
    if seen[3] and seen[4]:
        found = [number - (number + 1) * share * seen[number + 1] / seen[number] for number in (1, 2, 3)]
        if all(0 < discount <= number for number, discount in enumerate(found, start=1)):
            return found
    return [share] * 3


def assert_equal(model: NgramModel, oracle: Oracle, histories: Sequence[tuple[str, ...]]) -> None:
    for history in histories:
        state = model.start if history[:1] == ("<s>",) else model.empty
        for word in history[history[:1] == ("<s>",) :]:
            state = model.score(state, model.word_id(word))[1]
        scores = model.row(state)[0]
        for word in oracle.predicted:
            expected = float(oracle.prob(history, word))
            assert scores[model.word_id(word)] == pytest.approx(math.log(expected), abs=1e-5), (history, word)


def test_the_text_of_the_next_test_takes_the_full_estimate() -> None:
    vocabulary = make_vocabulary(cut_lines(LINES, "word"), "word")
    text = number_sentences(cut_lines(LINES, "word"), vocabulary)
    counts = adjusted_counts(count_ngrams(text, len(vocabulary), 2))
    one, two, three = discounts(counts[1])
    assert len({one, two, three}) == 3


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_same_numbers_as_the_definition(order: int) -> None:
    sentences = cut_lines(LINES, "word")
    model = estimate_lm(LINES, BuildOptions(order=order))
    oracle = Oracle(sentences, set("abcdefghij"), order, discounts_by_hand)
    histories = [(), ("a",), ("<s>",), ("j",), ("a", "a"), ("<s>", "b"), ("c", "a"), ("j", "j")]
    assert_equal(model, oracle, [history for history in histories if len(history) < order])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=6), min_size=1, max_size=8), st.integers(1, 4))
def test_the_same_numbers_as_the_definition_on_any_little_text(sentences: list[list[str]], order: int) -> None:
    model = estimate_lm([" ".join(sentence) for sentence in sentences], BuildOptions(order=order))
    oracle = Oracle(sentences, {word for sentence in sentences for word in sentence}, model.order, discounts_by_hand)
    histories = [history for size in range(model.order) for history in product(["<s>", "a", "c"], repeat=size)]
    assert_equal(model, oracle, [history for history in histories if "<s>" not in history[1:]])


def every_state(model: NgramModel) -> range:
    return range(len(model.trie.back_offs))


@pytest.mark.parametrize(
    "options",
    [
        BuildOptions(order=4),
        BuildOptions(order=3, prune=(0, 1)),
        BuildOptions(order=4, prune=(0, 0, 1, 2)),
        BuildOptions(order=3, min_count=3),
        BuildOptions(order=3, vocab_size=4),
        BuildOptions(order=3, entropy=1e-3),
        BuildOptions(order=5, unit="character"),
        BuildOptions(order=2, entropy=1e-4, prune=(0, 1), min_count=2),
    ],
)
def test_after_every_history_the_probabilities_sum_to_one(options: BuildOptions) -> None:
    model = estimate_lm(LINES, options)
    sums = [np.exp(model.row(state)[0]).sum() for state in every_state(model)]
    assert len(sums) > 5
    assert sums == pytest.approx(np.ones(len(sums)), abs=1e-5)
    assert all(model.row(state)[0][START_ID] == -math.inf for state in every_state(model))


@pytest.mark.parametrize("lines", [["a"], ["yes"] * 10, ["a b c d e f g h"], [f"line {n}" for n in range(10)]])
@pytest.mark.parametrize("unit", ["word", "character"])
def test_a_line_or_ten_make_a_model_that_prefers_them_and_rules_nothing_out(lines: list[str], unit: str) -> None:
    model = estimate_lm(lines, BuildOptions(unit="character" if unit == "character" else "word"))
    assert model.score_text(lines[0]) > model.score_text(lines[0][::-1] + " x")
    assert math.isfinite(model.score_text("never heard of"))


def test_a_text_shorter_than_the_order_gives_a_model_of_lower_order() -> None:
    assert estimate_lm(["a b"], BuildOptions(order=9)).order == 4


def test_counts_without_a_valid_estimate_take_the_next_simpler_one() -> None:
    assert discounts(np.array([5, 6, 7])) == FIXED
    assert discounts(np.array([1, 1, 1])) == FIXED
    assert discounts(np.array([1, 1, 2, 9])) == pytest.approx((0.5, 0.5, 0.5))
    assert discounts(np.array([1] * 6 + [2] * 2 + [3] + [4])) == pytest.approx((0.6, 1.1, 0.6))
    # 3 - 4 * Y * n4 / n3 falls below 0, so all three take Y.
    assert discounts(np.array([1] * 6 + [2] * 2 + [3] + [4] * 2)) == pytest.approx((0.6, 0.6, 0.6))


def test_ngrams_pruned_by_count_are_gone_and_others_stay() -> None:
    whole, pruned = (estimate_lm(LINES, BuildOptions(order=3, prune=prune)) for prune in ((0,), (0, 1)))
    pairs = all_pairs(LINES)
    assert whole.trie.level_sizes[1] == len(pairs)
    assert pruned.trie.level_sizes[1] == sum(count > 1 for count in pairs.values())
    assert pruned.trie.level_sizes[0] == whole.trie.level_sizes[0]


def all_pairs(lines: list[str]) -> dict[tuple[str, str], int]:
    pairs: dict[tuple[str, str], int] = {}
    for line in lines:
        marked = ["<s>", *line.split(), "</s>"]
        for pair in zip(marked, marked[1:], strict=False):
            pairs[pair] = pairs.get(pair, 0) + 1
    return pairs


def test_pruning_all_long_ngrams_leaves_the_short_ones() -> None:
    assert estimate_lm(LINES, BuildOptions(order=4, prune=(0, 0, 99))).order == 2
