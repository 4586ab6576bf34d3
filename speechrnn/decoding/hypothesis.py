"""What every decoder returns: one label sequence with its score and its place in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read an utterance.

    Attributes:
        labels: label ids without blanks, in order; blank is 0, so every id is 1 or more.
        score: natural log of what the decoder ranks by. Greedy: probability of the one best path, not of the labels.
            Beam: probability of the labels, all their paths summed, plus the parts.
        frames: for each label the model output frame (counted from 0) at which it first appears; as long as `labels`.
        parts: what each fused graph added, in natural log with its weight; `score - sum(parts)` is the acoustic score.
    """

    labels: tuple[int, ...]
    score: float
    frames: tuple[int, ...]
    parts: tuple[float, ...] = ()
