"""Tells an utterance outside a grammar from one inside it.

Beside the grammar lies a filler, the free loop over all labels. CTC gives every label sequence a probability, and they
sum to 1, so the filler's log-probability is 0 whatever was said, and the log-likelihood ratio of the grammar's best
phrase to it is the log-probability of that phrase alone. It is divided by the number of labels, so that long phrases
and short ones share a threshold; that is chosen on utterances that were not trained on.

A model that only heard one word a recording may lay its letters over seconds of other speech, and be sure of it. So a
word whose neighbouring letters lie further apart than anyone speaks is rejected as well. Better is a model that heard
joined utterances: it hears how many words there are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.text.alphabet import Alphabet

MAX_PAUSE_SECONDS: Final = 1.5
"""Longest time from one letter of a word to the next."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """When a phrase counts as not said.

    Attributes:
        threshold: phrases with a lower `log_ratio` are rejected, natural log per label.
        max_pause_seconds: words with a longer time from one letter to the next are rejected.
    """

    threshold: float
    max_pause_seconds: float = MAX_PAUSE_SECONDS

    def accepts(self, hypotheses: Sequence[Hypothesis], alphabet: Alphabet, step_seconds: float) -> bool:
        """Judge what a beam search with a grammar found, best first; nothing found is rejected.

        Args:
            hypotheses: with the `frames` of their labels.
            alphabet: of the model.
            step_seconds: from one frame to the next.
        """
        return not self.refusal(hypotheses, alphabet, step_seconds)

    def refusal(self, hypotheses: Sequence[Hypothesis], alphabet: Alphabet, step_seconds: float) -> str:
        """Judge as `accepts` does, and say why a phrase is rejected; nothing where it is accepted."""
        ratio = log_ratio(hypotheses)
        if not hypotheses or ratio < self.threshold:
            return f"{ratio:.4g} < {self.threshold:.4g}"
        pause = longest_pause(hypotheses[0], alphabet) * step_seconds
        return f"{pause:.1f} s from one letter of a word to the next" if pause > self.max_pause_seconds else ""


def without_words(rejected: Hypothesis) -> Hypothesis:
    """Give what stands in place of a hypothesis that was rejected: the same without its labels."""
    return replace(rejected, labels=(), frames=())


def log_ratio(hypotheses: Sequence[Hypothesis]) -> float:
    """Compare the best phrase with the free loop: its acoustic score per label, in natural log.

    Args:
        hypotheses: of a beam search with a grammar, best first; none give -inf.

    Returns:
        0 for a phrase that is certain, the lower the less of the utterance it explains.
    """
    if not hypotheses:
        return -math.inf
    best = hypotheses[0]
    return (best.score - sum(best.parts)) / max(len(best.labels), 1)


def longest_pause(hypothesis: Hypothesis, alphabet: Alphabet) -> int:
    """Give the most frames from the first frame of a letter to that of the next in the same word."""
    spans = [span for _, span in alphabet.word_spans(hypothesis.labels)]
    pauses = [np.diff(hypothesis.frames[span]).max(initial=0) for span in spans]
    return max(map(int, pauses), default=0)


def choose_threshold(
    inside: Sequence[float], outside: Sequence[float] | None = None, false_rejection: float = 0.01
) -> float:
    """Choose the threshold of `Rejection` from ratios of utterances that were not trained on.

    Of n utterances inside the grammar at most `false_rejection * (n + 1)` may fall below, less one: then a further one
    of their kind falls below with at most that probability (conformal prediction, Vovk et al. 2005). With fewer than
    `1 / false_rejection` of them that cannot be promised, and the threshold is their lowest ratio.

    With utterances outside at hand the threshold is lowered as far as still rejects the same ones, half way to them.

    Args:
        inside: ratios of utterances the grammar holds, one or more.
        outside: ratios of utterances it does not hold.
        false_rejection: largest share of utterances inside the grammar to lose.

    Raises:
        ValueError: no utterance inside, or a share outside 0 to 1.
    """
    if not len(inside) or not 0 <= false_rejection < 1:
        raise ValueError(f"{len(inside)} ratios and share {false_rejection} came, wanted 1 or more and a share below 1")
    ranked = np.sort(np.asarray(inside, dtype=np.float64))
    allowed = math.floor(false_rejection * (len(ranked) + 1) + 1e-9) - 1
    threshold = float(ranked[max(allowed, 0)])
    others = np.asarray(() if outside is None else outside, dtype=np.float64)
    highest = others[others < threshold].max(initial=-math.inf)
    if highest == -math.inf:
        return threshold
    return float((highest + ranked[ranked > highest][0]) / 2)
