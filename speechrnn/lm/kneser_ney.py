"""Interpolated modified Kneser-Ney smoothing.

Source: Chen & Goodman 1999, section 3, with the conventions of Heafield et al. 2013 (KenLM's lmplz). The longest
n-grams go by how often they came, shorter ones by how many different words came before them, except that nothing but
`<s>` comes at the beginning. From a count `a` a discount is taken, one each for 1, 2, and 3 or more, and what a
history `h` saves in this way goes to the shorter history `h'`:

    p(w | h) = (a(h w) - D(a(h w))) / sum_v a(h v) + saved(h) * p(w | h')

and for the empty history to all words alike, `<unk>` among them and `<s>` not. An n-gram that is pruned has its whole
count saved; the discounts are those of the unpruned text.

Discounts are estimated from how many n-grams came once to four times. Little or closed text may not have such, or
give values outside (0, a]: then one discount for all counts is estimated from those that came once and twice, and
where that fails as well it is fixed.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from speechrnn.decoding.ngram import START_ID
from speechrnn.decoding.ngram_trie import Floats, Integers, Level
from speechrnn.lm.counts import Counts

FIXED: Final = (0.5, 0.5, 0.5)


def estimate(counts: Sequence[Counts], thresholds: Sequence[int] = (0,)) -> list[Level]:
    """Turn counts into probabilities and back-off weights.

    Args:
        counts: of every order, unigrams first.
        thresholds: for each order, n-grams that came so often or less are left out; the last holds for all longer ones.
            They never fall from one order to the next, and unigrams are never left out.

    Returns:
        The n-grams kept, of as many orders as have any.
    """
    kept = [np.full(len(counts[0]), True)]
    for order, level in enumerate(counts[1:], start=1):
        kept.append(level.counts > thresholds[min(order, len(thresholds) - 1)])
    adjusted = adjusted_counts(counts)
    probs, saved = [_unigram_probs(adjusted[0])], []
    for level, longer, keep, values in zip(counts[:-1], counts[1:], kept[1:], adjusted[1:], strict=True):
        totals = np.bincount(longer.parents, weights=values, minlength=len(level))
        taken = np.where(keep, values - _discounts_of(values), 0.0)
        left = 1 - np.bincount(longer.parents, weights=taken, minlength=len(level)) / np.maximum(totals, 1)
        saved.append(left)
        probs.append(taken / totals[longer.parents] + left[longer.parents] * probs[-1][longer.suffixes])
    return _levels(counts, kept, probs, [*saved, np.ones(len(counts[-1]))])


def adjusted_counts(counts: Sequence[Counts]) -> list[Integers]:
    """Give what Kneser-Ney counts in each order: words seen before an n-gram, or its count where that says more."""
    adjusted = []
    for level, longer in zip(counts, [*counts[1:], None], strict=True):
        values = level.counts
        if longer is not None:
            before = np.bincount(longer.suffixes, minlength=len(level))
            values = np.where(level.starts, level.counts, before)
        adjusted.append(values)
    adjusted[0] = np.where(np.arange(len(counts[0])) == START_ID, 0, adjusted[0])
    return adjusted


def discounts(values: Integers) -> tuple[float, float, float]:
    """Estimate what is taken off a count of 1, of 2, and of 3 or more, from adjusted counts `(ngrams,)`."""
    once, twice, thrice, often = (float(np.sum(values == count)) for count in (1, 2, 3, 4))
    if not (once and twice):
        return FIXED
    share = once / (once + 2 * twice)
    if thrice and often:
        found = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * often / thrice)
        if all(0 < discount <= count for count, discount in enumerate(found, start=1)):
            return found
    return share, share, share


def _discounts_of(values: Integers) -> Floats:
    """Give each adjusted count `(ngrams,)` its discount."""
    return np.array([0.0, *discounts(values)])[np.minimum(values, 3)]


def _unigram_probs(values: Integers) -> Floats:
    taken = values - _discounts_of(values)
    shared = values.sum() - taken.sum()
    probs: Floats = (taken + shared / (len(values) - 1)) / values.sum()
    probs[START_ID] = 0.0
    return probs


def _levels(
    counts: Sequence[Counts],
    kept: Sequence[np.ndarray[tuple[int], np.dtype[np.bool_]]],
    probs: list[Floats],
    saved: list[Floats],
) -> list[Level]:
    levels = []
    for order, (level, keep, prob, left) in enumerate(zip(counts, kept, probs, saved, strict=True)):
        if not keep.any():
            break
        places = np.cumsum(kept[order - 1]) - 1 if order else np.zeros(1, dtype=np.int64)
        with np.errstate(divide="ignore"):  # <s> has probability 0
            levels.append(Level(places[level.parents[keep]], level.words[keep], np.log(prob[keep]), np.log(left[keep])))
    levels[-1] = Level(levels[-1].parents, levels[-1].words, levels[-1].log_probs, np.zeros(len(levels[-1])))
    return levels
