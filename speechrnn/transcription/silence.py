"""Where one word stops and the next begins, heard in the loudness between the frames on which a network says them.

CTC says a label in a short spike somewhere inside its sound, so spikes tell words apart but not where they end. Between
the last spike of a word and the first of the next one, the longest stretch of silence parts them; where there is none,
the quietest moment does. Silence is what lies near the recording's own noise floor.

Measured by `benchmarks/bench_align.py` on digits of the Free Spoken Digit Dataset put together with gaps of 0.1 to
0.5 s, by six models that had not heard the speaker: half the boundaries within 13 ms (the spikes themselves: 160 to
260 ms off), nine in ten within 20 ms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.audio.pauses import BLOCK_SECONDS, loudness, silence_threshold, silent_runs

Span = tuple[float, float]


def word_spans(audio: Audio, cores: Sequence[Span]) -> list[Span]:
    """Widen the part of each word that is certain to all of it.

    Args:
        audio: the recording.
        cores: start and end in seconds of what belongs to each word without doubt, in order, none overlapping.

    Returns:
        Start and end in seconds of each word: every core lies within its word, no words overlap, and none reaches past
        the recording.
    """
    if not cores:
        return []
    levels, edges = loudness(audio), [0.0, *(edge for core in cores for edge in core), audio.duration_seconds]
    threshold = silence_threshold(levels)
    pauses = [_pause(levels, threshold, *edges[i : i + 2]) for i in range(0, len(edges), 2)]
    if pauses[0][0] == pauses[0][1]:  # no silence before the first word: it fills the beginning
        pauses[0] = (0.0, 0.0)
    if pauses[-1][0] == pauses[-1][1]:
        pauses[-1] = (edges[-1], edges[-1])
    return [(before[1], after[0]) for before, after in zip(pauses[:-1], pauses[1:], strict=True)]


def _pause(levels: NDArray[np.float64], threshold: float, start: float, end: float) -> Span:
    """Find the longest silence from `start` to `end` seconds; a single moment where all of it is loud."""
    low, high = int(np.ceil(start / BLOCK_SECONDS)), min(int(end / BLOCK_SECONDS), len(levels))
    if low >= high:
        return (start + end) / 2, (start + end) / 2
    begins, ends = silent_runs(levels[low:high], threshold)
    if not len(begins):
        moment = (low + int(levels[low:high].argmin()) + 0.5) * BLOCK_SECONDS
        return moment, moment
    longest = int((ends - begins).argmax())
    return (low + int(begins[longest])) * BLOCK_SECONDS, min((low + int(ends[longest])) * BLOCK_SECONDS, end)
