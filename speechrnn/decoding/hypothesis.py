"""What every decoder returns: one label sequence with its score and its place in time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read an utterance.

    Attributes:
        labels: label ids without blanks, in order; blank is 0, so every id is 1 or more.
        score: natural log-probability the decoder gave it (for greedy: of the one best path, not of the labels).
        frames: for each label the model output frame (counted from 0) at which it first appears; as long as `labels`.
    """

    labels: tuple[int, ...]
    score: float
    frames: tuple[int, ...]
