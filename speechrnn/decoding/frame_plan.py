"""Which frames a beam search has to look at, and which labels in each.

CTC posteriors are peaked. A frame that is almost surely blank opens no new prefix, and a label far below the best one
of its frame opens none that lives: leaving both out saves most of the time.
"""

import math
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.greedy import BLANK


class Frame(NamedTuple):
    """One frame to search.

    Attributes:
        log_probs: `(vocab,)`.
        labels: `(columns,)` the labels that may extend a prefix, behind the blank, whose column takes what is unwanted.
        column: `(vocab,)` where in `labels` a label stands, 0 if it was left out.
    """

    log_probs: NDArray[np.float64]
    labels: NDArray[np.intp]
    column: NDArray[np.intp]


def plan(
    log_probs: NDArray[np.float64], token_threshold: float, tokens: int | None, blank_skip_threshold: float
) -> Iterator[Frame | float]:
    """Give the frames of an utterance in order; a run of frames to skip as the summed log-probability of its blanks.

    Args:
        log_probs: `(time, vocab)` natural logs.
        token_threshold: labels further below the likeliest of their frame are left out.
        tokens: labels kept per frame at most, the blank not counted.
        blank_skip_threshold: frames whose blank has a higher probability are skipped; from 1 on, none are.
    """
    skip = log_probs[:, BLANK] > (math.log(blank_skip_threshold) if 0 < blank_skip_threshold < 1 else math.inf)
    kept = _kept(log_probs, token_threshold, tokens)
    every = np.arange(log_probs.shape[1])
    for skipped, run in groupby(range(len(log_probs)), key=skip.tolist().__getitem__):
        if skipped:
            yield float(log_probs[list(run), BLANK].sum())
        else:
            for time in run:
                yield Frame(log_probs[time], every, every) if kept is None else _frame(log_probs[time], kept[time])


def _kept(log_probs: NDArray[np.float64], threshold: float, tokens: int | None) -> NDArray[np.bool_] | None:
    """Mark the labels to keep, `(time, vocab)`, blank always; None where nothing is left out."""
    vocab = log_probs.shape[1]
    few = tokens is not None and tokens < vocab - 1
    if threshold == math.inf and not few:
        return None
    kept: NDArray[np.bool_] = log_probs >= log_probs.max(axis=1, keepdims=True) - threshold
    if tokens is not None and few:
        order = np.argsort(-log_probs[:, 1:], axis=1, kind="stable")[:, tokens:] + 1
        np.put_along_axis(kept, order, False, axis=1)
    kept[:, BLANK] = True
    return kept


def _frame(row: NDArray[np.float64], kept: NDArray[np.bool_]) -> Frame:
    labels = np.flatnonzero(kept)
    column = np.zeros(len(row), dtype=np.intp)
    column[labels] = np.arange(len(labels))
    return Frame(row, labels, column)
