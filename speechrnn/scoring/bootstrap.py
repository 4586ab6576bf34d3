"""A 95 % interval for a word error rate, by resampling whole utterances.

Method: Bisani and Ney 2004, percentile bootstrap. Utterances are drawn, not words, since the errors of one utterance
hang together. The same seed gives the same interval.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from speechrnn.scoring.errors import ErrorCounts

_DRAWS_PER_BLOCK: Final = 1 << 22  # bounds memory at 32 MB of indices whatever the corpus size


def wer_interval(per_utterance: Sequence[ErrorCounts], samples: int, seed: int) -> tuple[float, float]:
    """Bound the rate that another test set drawn from the same source would show.

    Args:
        per_utterance: word counts of each utterance.
        samples: resamplings, 1 or more.
        seed: of the draws.

    Returns:
        The 2.5th and 97.5th percentile of the rate, in percent; (0, 0) when there are no utterances.
    """
    if not per_utterance:
        return (0.0, 0.0)
    errors = np.array([counts.errors for counts in per_utterance], dtype=np.int64)
    lengths = np.array([counts.reference_length for counts in per_utterance], dtype=np.int64)
    rng = np.random.default_rng(seed)
    block = max(1, _DRAWS_PER_BLOCK // len(errors))
    rates = []
    for start in range(0, samples, block):
        drawn = rng.integers(len(errors), size=(min(block, samples - start), len(errors)))
        rates.append(100.0 * errors[drawn].sum(axis=1) / np.maximum(lengths[drawn].sum(axis=1), 1))
    low, high = np.percentile(np.concatenate(rates), [2.5, 97.5])
    return (float(low), float(high))
