"""Drops the n-grams of a model that are hardly missed, by the change of its relative entropy.

Source: Stolcke 1998. For one n-gram at a time: how much worse the model predicts its own text when the n-gram is left
to back-off. N-grams that are the history of a longer one stay. The probability of a history is read off the model
itself; a model smoothed by Kneser-Ney misjudges it somewhat (Chelba et al. 2010), so prune such a model gently.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import END_ID, START_ID, NgramModel
from speechrnn.decoding.ngram_trie import Floats, Integers, Level, Trie, build_trie

_TINY: Final = 1e-9
"""Least share of a distribution that is left to back-off: single-precision sums may come out at 1 or above."""

Flags = NDArray[np.bool_]


def prune_by_entropy(model: NgramModel, threshold: float) -> NgramModel:
    """Drop n-grams of order 2 and above.

    Args:
        model: stays as it is.
        threshold: an n-gram is dropped if perplexity rises by a smaller share without it, say 1e-7.
    """
    trie = model.trie
    levels, offsets = trie.levels(), trie.offsets
    kept: list[Flags] = [np.full(len(level), True) for level in levels]
    histories = _history_probs(trie)
    for place in range(len(levels) - 1, 0, -1):
        level, shorter = levels[place], levels[place - 1]
        nodes = offsets[place - 1] + level.parents
        backed_off = np.exp(score_many(trie, trie.links[nodes].astype(np.int64), level.words))
        kept[place] = _rise(level, shorter, backed_off, histories[nodes]) >= threshold
        if place + 1 < len(levels):
            kept[place][levels[place + 1].parents[kept[place + 1]]] = True
    return NgramModel.of_levels(model.vocabulary, _reweigh(_compact(levels, kept)))


def score_many(trie: Trie, states: Integers, words: Integers) -> Floats:
    """Read one word after each of many histories: natural log-probabilities `(many,)`."""
    vocab = trie.level_sizes[0]
    keys = trie.parents() * vocab + trie.words[1:]
    scores, states, searching = np.zeros(len(words)), states.copy(), np.arange(len(words))
    while len(searching):
        wanted = states[searching] * vocab + words[searching]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[place] == wanted
        scores[searching[hit]] += trie.log_probs[1 + place[hit]]
        searching = searching[~hit]
        scores[searching] += trie.back_offs[states[searching]]
        states[searching] = trie.links[states[searching]]
    return scores


def _history_probs(trie: Trie) -> Floats:
    """Give the probability of each n-gram as a whole, `(nodes,)`; sentences begin as often as they end."""
    own = trie.log_probs.astype(np.float64)
    own[1 + START_ID] = own[1 + END_ID]
    total, offsets, parents = own.copy(), trie.offsets, trie.parents()
    for begin, end in zip(offsets[1:], offsets[2:], strict=False):
        total[begin:end] += total[parents[begin - 1 : end - 1]]
    return np.exp(total)


def _rise(level: Level, shorter: Level, backed_off: Floats, history: Floats) -> Floats:
    """Work out by which share perplexity rises without each n-gram alone `(ngrams,)`.

    Args:
        level: the n-grams.
        shorter: their histories.
        backed_off: probability of the last word after the shorter history `(ngrams,)`.
        history: probability of the history `(ngrams,)`.
    """
    probs = np.exp(level.log_probs)
    rest, lower = (left[level.parents] for left in _left(level, probs, backed_off, len(shorter)))
    weight = np.log(rest + probs) - np.log(lower + backed_off)
    loss = probs * (np.log(backed_off) + weight - level.log_probs) + rest * (weight - shorter.back_offs[level.parents])
    rise: Floats = np.expm1(-history * loss)
    return rise


def _left(level: Level, probs: Floats, backed_off: Floats, histories: int) -> tuple[Floats, Floats]:
    """Give what each history leaves to other words, by the n-grams and by what they back off to `(histories,)`."""
    sums = (np.bincount(level.parents, weights=share, minlength=histories) for share in (probs, backed_off))
    rest, lower = (np.maximum(1 - total, _TINY) for total in sums)
    return rest, lower


def _reweigh(levels: list[Level]) -> list[Level]:
    """Give every history the back-off weight that makes its distribution whole, short histories first."""
    done = levels[:1]
    for level in levels[1:]:
        trie, shorter = build_trie(done), done[-1]
        ends = trie.after[trie.offsets[-2] + level.parents].astype(np.int64)
        backed_off = np.exp(score_many(trie, ends, level.words))
        rest, lower = _left(level, np.exp(level.log_probs), backed_off, len(shorter))
        done[-1] = Level(shorter.parents, shorter.words, shorter.log_probs, np.log(rest / lower))
        done.append(level)
    last = done[-1]
    return [*done[:-1], Level(last.parents, last.words, last.log_probs, np.zeros(len(last)))]


def _compact(levels: list[Level], kept: list[Flags]) -> list[Level]:
    """Leave the dropped n-grams out, and orders that have none."""
    compact = levels[:1]
    for level, shorter, keep in zip(levels[1:], kept, kept[1:], strict=False):
        if keep.any():
            place = np.cumsum(shorter) - 1
            compact.append(
                Level(place[level.parents[keep]], level.words[keep], level.log_probs[keep], level.back_offs[keep])
            )
    return compact
