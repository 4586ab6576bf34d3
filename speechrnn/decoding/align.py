"""CTC forced alignment: on which frames the likeliest path of a known label sequence says each of its labels.

Method: Viterbi over the labels with a blank before, between and after them (Graves et al. 2006, section 4.1, with max
in place of sum), in natural log. It is exact. Time grows with frames x labels; memory does not: the scores of all
states are kept at the start of each block of frames only, and a block's back-pointers, of the states from which its
last one can be reached, are worked out when the way back comes to it (checkpointing, Grice et al. 1997).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.decoding.greedy import BLANK
from speechrnn.errors import AlignmentError

BLOCK_FRAMES: Final = 1024
"""Frames between two checkpoints. An hour of speech, 10^5 frames and 5 x 10^4 letters, then needs about 100 MB."""

_Scores = NDArray[np.float64]
_Ids = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a path says each label of a sequence.

    Attributes:
        starts: for each label the first output frame of its run, counted from 0.
        ends: for each label the frame after the last of its run.
        scores: for each label its highest natural-log posterior within the run.
        log_prob: natural-log probability of the whole path, blanks included.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    scores: tuple[float, ...]
    log_prob: float


def align(log_probs: NDArray[np.floating], labels: Sequence[int]) -> Alignment:
    """Find the likeliest path that spells labels.

    Args:
        log_probs: `(time, vocab)` natural-log probabilities.
        labels: ids from 1 to `vocab - 1`, without blanks; none at all gives an empty alignment.

    Returns:
        One run of frames for each label, in order and apart from one another.

    Raises:
        AlignmentError: there are fewer frames than the labels need, or no path has a probability above zero.
        ValueError: the array is not two-dimensional, or a label is the blank or past its width.
    """
    _check(log_probs, labels)
    path, log_prob = _best_path(log_probs, _States.of(labels))
    if np.isneginf(log_prob):
        raise AlignmentError(f"no path through {len(log_probs)} frames can say these {len(labels)} labels: each has "
                             "probability zero; is it the text of this recording?")  # fmt: skip
    said = path % 2 == 1
    starts = np.flatnonzero(said & (path != np.concatenate(([-1], path[:-1]))))
    ends = np.flatnonzero(said & (path != np.concatenate((path[1:], [-1])))) + 1
    scores = [log_probs[start:end, label].max() for start, end, label in zip(starts, ends, labels, strict=True)]
    return Alignment(tuple(starts.tolist()), tuple(ends.tolist()), tuple(map(float, scores)), log_prob)


def _check(log_probs: NDArray[np.floating], labels: Sequence[int]) -> None:
    if log_probs.ndim != 2 or log_probs.shape[1] == 0:
        raise ValueError(f"log_probs has shape {log_probs.shape}, wanted (time, vocab) with vocab >= 1")
    if wrong := [label for label in labels if not BLANK < label < log_probs.shape[1]]:
        raise ValueError(f"labels {wrong[:5]} came, 1 to {log_probs.shape[1] - 1} were wanted")
    if (needed := frames_needed(labels)) > len(log_probs):
        raise AlignmentError(
            f"the text has {len(labels)} labels, for which CTC needs {needed} frames, and the audio has "
            f"{len(log_probs)}; give the text of this recording, and all of the recording"
        )


@dataclass(frozen=True, slots=True)
class _States:
    """What a path can be in: blank, first label, blank, ..., last label, blank; odd states are the labels.

    Attributes:
        labels: `(states,)` what each state says.
        skip: `(states,)` 0 where the blank before a label may be left out, else -inf: into blanks, and between equal
            labels, which would melt into one.
    """

    labels: _Ids
    skip: _Scores

    @classmethod
    def of(cls, labels: Sequence[int]) -> "_States":
        said = np.full(2 * len(labels) + 1, BLANK, dtype=np.int64)
        said[1::2] = labels
        skip = np.full(len(said), -np.inf)
        skip[3::2][said[3::2] != said[1:-2:2]] = 0.0
        return cls(said, skip)

    def between(self, low: int, high: int) -> "_States":
        return _States(self.labels[low:high], self.skip[low:high])


def _best_path(log_probs: NDArray[np.floating], states: _States) -> tuple[_Ids, float]:
    """Give the state of every frame `(time,)` on the likeliest path, and the path's natural-log probability."""
    path, log_prob = np.zeros(len(log_probs), dtype=np.int64), 0.0
    high = len(states.labels)  # the path is in a state below this one when a block ends
    for start, scores in reversed(list(_checkpoints(log_probs, states))):
        frames = log_probs[start : start + BLOCK_FRAMES]
        low = max(0, high - 2 - 2 * len(frames))
        moved, jumped = np.empty((2, len(frames), high - low), dtype=np.bool_)
        ends = _follow(frames, states.between(low, high), scores[low:high], moved, jumped)
        state = len(ends) - 1
        if start + len(frames) == len(log_probs):  # it may end in the last label or in the blank after it
            state -= int(len(ends) > 1 and ends[-2] >= ends[-1])
            log_prob = float(ends[state])
        for time in range(len(frames) - 1, -1, -1):
            path[start + time] = low + state
            state -= 2 if jumped[time, state] else int(moved[time, state])
        high = low + state + 1
    return path, log_prob


def _checkpoints(log_probs: NDArray[np.floating], states: _States) -> Iterator[tuple[int, _Scores]]:
    """Give the first frame of each block, and the score `(states,)` of every state just before it."""
    scores = np.full(len(states.labels), -np.inf)
    scores[0] = 0.0
    for start in range(0, len(log_probs), BLOCK_FRAMES):
        yield start, scores
        if start + BLOCK_FRAMES < len(log_probs):
            scores = _follow(log_probs[start : start + BLOCK_FRAMES], states, scores)


def _follow(
    frames: NDArray[np.floating],
    states: _States,
    scores: _Scores,
    moved: _Flags | None = None,
    jumped: _Flags | None = None,
) -> _Scores:
    """Let every state take its best way through frames.

    Args:
        frames: `(time, vocab)` natural-log probabilities.
        states: that take part.
        scores: `(states,)` of the best path into each state before the first frame.
        moved: `(time, states)` filled with whether the best way came from the state before.
        jumped: the same for the state before that one.

    Returns:
        `(states,)` scores after the last frame.
    """
    padded = np.concatenate(([-np.inf, -np.inf], scores))
    stay, move, jump = padded[2:], padded[1:-1], padded[:-2]
    best, leap = np.empty_like(scores), np.empty_like(scores)
    for time, frame in enumerate(frames):
        np.add(jump, states.skip, out=leap)
        np.maximum(stay, move, out=best)
        if moved is not None and jumped is not None:
            np.greater(move, stay, out=moved[time])
            np.greater(leap, best, out=jumped[time])
        np.maximum(best, leap, out=best)
        np.add(best, frame[states.labels], out=stay)
    return stay.copy()
