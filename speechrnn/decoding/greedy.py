"""Best-path CTC decoding: the likeliest label of every frame, runs merged, blanks dropped.

Source: Graves et al. 2006, section 3.2. Log-probabilities are natural; blank is label 0. The best path is not always
the best label sequence (many paths may spell another one), which is what a beam search is for.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.hypothesis import Hypothesis

BLANK: Final = 0


def greedy(log_probs: NDArray[np.floating]) -> list[Hypothesis]:
    """Read the best path.

    Args:
        log_probs: `(time, vocab)` natural log-probabilities; zero frames give an empty hypothesis.

    Returns:
        One hypothesis, whose `frames` hold the first frame of every run of a label.

    Raises:
        ValueError: the array is not two-dimensional, or holds no labels.
    """
    if log_probs.ndim != 2 or log_probs.shape[1] == 0:
        raise ValueError(f"log_probs has shape {log_probs.shape}, wanted (time, vocab) with vocab >= 1")
    best = log_probs.argmax(axis=1)
    starts = np.flatnonzero((best != BLANK) & (best != np.concatenate(([BLANK], best[:-1]))))
    score = float(log_probs.max(axis=1).sum(dtype=np.float64)) if len(best) else 0.0
    return [Hypothesis(labels=tuple(best[starts].tolist()), score=score, frames=tuple(starts.tolist()))]
