"""How long the labels of a hypothesis sound, given the frame on which each of them begins."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.align import Alignment
from speechrnn.decoding.greedy import BLANK


def runs(log_probs: NDArray[np.floating], labels: Sequence[int], starts: Sequence[int]) -> Alignment:
    """Find the likeliest path among those that begin each label on its frame.

    It is what `align` finds when the labels begin where they do on the likeliest path of all, in time that grows with
    the frames alone.

    Args:
        log_probs: `(time, vocab)` natural-log probabilities.
        labels: ids from 1, without blanks.
        starts: for each label its first frame, rising.
    """
    first = starts[0] if starts else len(log_probs)
    total, ends, scores = float(log_probs[:first, BLANK].sum(dtype=np.float64)), [], []
    for number, (start, after) in enumerate(pairwise((*starts, len(log_probs)))):
        # Equal neighbours melt into one unless a blank parts them.
        last = after - int(labels[number + 1 : number + 2] == labels[number : number + 1])
        said = log_probs[start:last, labels[number]].astype(np.float64)
        blanks = log_probs[start:after, BLANK].astype(np.float64)
        after_each = np.cumsum(np.append(blanks[1:], 0.0)[::-1])[::-1][: len(said)]
        ways = np.cumsum(said) + after_each
        longest = len(ways) - 1 - int(ways[::-1].argmax())
        total += float(ways[longest])
        ends.append(start + longest + 1)
        scores.append(float(said[: longest + 1].max()))
    return Alignment(tuple(starts), tuple(ends), tuple(scores), total)
