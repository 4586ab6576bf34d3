"""What the log-probabilities tell of whether a hypothesis is right, before anything is fitted.

Chosen on the dev parts of AN4 (letters and words), Mboshi, FSDD and spoken_digits, by the likelihood of right and wrong
in 5-fold cross-validation. The doubt of the most doubtful frame near a word tells more than the posteriors of its
labels alone; the share of n-best hypotheses that agree adds nothing to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.align import Alignment
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.runs import runs
from speechrnn.text.alphabet import Alphabet

Floats = NDArray[np.float64]

WORD_CLUES: Final = ("mean_log_peak", "least_log_peak", "highest_entropy")
UTTERANCE_CLUES: Final = ("highest_entropy", "total_entropy", "log_path_ratio")
IMPOSSIBLE: Final = -700.0
"""Stands for the logarithm of zero, so that one can calculate with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Clues:
    """Clues to one hypothesis.

    Attributes:
        words: `(num_words, 3)`: mean and least of the highest log posterior of each label; highest entropy of a frame
            from halfway after the word before to halfway before the word behind.
        utterance: `(3,)`: highest and summed entropy of its frames; log-probability of the hypothesis' best path over
            that of the best path of all, 0 for greedy decoding. All in nats.
    """

    words: Floats
    utterance: Floats

    @property
    def raw(self) -> Floats:
        """Give the geometric mean of the highest posterior of each label, for every word: a confidence unfitted."""
        return np.minimum(np.exp(self.words[:, 0]), 1.0)


def find_clues(log_probs: NDArray[np.floating], hypothesis: Hypothesis, alphabet: Alphabet) -> Clues:
    """Look for clues.

    Args:
        log_probs: `(time, vocab)` natural-log probabilities that the hypothesis was read from.
        hypothesis: with the frame of each label.
        alphabet: of the model.
    """
    alignment = runs(log_probs, hypothesis.labels, hypothesis.frames)
    entropy = frame_entropy(log_probs)
    spans = [span for _, span in alphabet.word_spans(hypothesis.labels)]
    best_path = float(log_probs.max(axis=1).sum(dtype=np.float64)) if len(log_probs) else 0.0
    whole = [entropy.max(initial=0.0), entropy.sum(), max(alignment.log_prob - best_path, IMPOSSIBLE)]
    return Clues(_of_words(spans, alignment, entropy), np.array(whole))


def frame_entropy(log_probs: NDArray[np.floating]) -> Floats:
    """Measure the doubt of every frame, `(time,)` in nats; a label of probability zero adds none."""
    finite = np.maximum(log_probs, IMPOSSIBLE).astype(np.float64)
    return np.asarray(-(np.exp(finite) * finite).sum(axis=1))


def _of_words(spans: Sequence[slice], alignment: Alignment, entropy: Floats) -> Floats:
    if not spans:
        return np.empty((0, len(WORD_CLUES)))
    starts = [alignment.starts[span][0] for span in spans]
    ends = [alignment.ends[span][-1] for span in spans]
    halves = [(end + start) // 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    peaks = [np.maximum(alignment.scores[span], IMPOSSIBLE) for span in spans]
    doubts = [entropy[low : high + 1].max() for low, high in zip([0, *halves], [*halves, len(entropy)], strict=True)]
    return np.array([(peak.mean(), peak.min(), doubt) for peak, doubt in zip(peaks, doubts, strict=True)])
