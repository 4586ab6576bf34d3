"""Where an utterance of a live stream ends: after a pause, or when it has become too long.

The rules are those of Kaldi's online decoding: enough silence after something was said; too much where nothing was;
more than an utterance may be. Silence is what the network calls blank. It says a word late or early in its sound, so
the cut is made at the quietest moment of the pause and not at its edge.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.decoding.greedy import BLANK

SMOOTH_STEPS: Final = 3
IDLE_KEPT_SECONDS: Final = 1.0
"""Of a stretch without a word so much stays: a word may have begun that no label tells of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRules:
    """When to end an utterance, all in seconds of audio.

    Attributes:
        silence_seconds: silence after the last label, whose sound may last for half a second more where a label is a
            word.
        idle_seconds: silence from the beginning on.
        max_seconds: length of an utterance; it is then cut in the longest pause of its second half.
    """

    silence_seconds: float = 1.0
    idle_seconds: float = 5.0
    max_seconds: float = 20.0

    def end(self, labels: NDArray[np.intp], audio: Audio, step_samples: int) -> int | None:
        """Find out whether an utterance has ended.

        Args:
            labels: `(time,)` the likeliest label of every step; 0 where that is the blank, or the space between words.
            audio: what has been heard of the utterance.
            step_samples: samples of a step.

        Returns:
            After how many steps, one at least; None where it goes on.
        """
        steps_per_second, count = audio.sample_rate_hz / step_samples, len(labels)
        said = np.flatnonzero(labels != BLANK)
        if not len(said):
            if count < min(self.idle_seconds, self.max_seconds) * steps_per_second:
                return None
            pause = range(max(0, count - round(IDLE_KEPT_SECONDS * steps_per_second)), count)
        elif count - 1 - said[-1] >= self.silence_seconds * steps_per_second:
            pause = range(int(said[-1]) + 1, count)
        elif count >= self.max_seconds * steps_per_second:
            pause = _longest_pause(labels)
        else:
            return None
        return max(1, _quietest(audio.samples, step_samples, pause))


def _longest_pause(labels: NDArray[np.intp]) -> range:
    """Find the longest run of blanks in the second half; the whole half where there is none."""
    half = len(labels) // 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], labels[half:] == BLANK, [False]]).astype(np.int8)))
    if not len(edges):
        return range(half, len(labels))
    longest = int((edges[1::2] - edges[::2]).argmax())
    return range(half + int(edges[2 * longest]), half + int(edges[2 * longest + 1]))


def _quietest(samples: NDArray[np.float32], step_samples: int, pause: range) -> int:
    """Find the step of a pause about which it is quietest."""
    heard = samples[pause.start * step_samples : pause.stop * step_samples]
    steps = heard[: len(heard) // step_samples * step_samples].reshape(-1, step_samples)
    if not len(steps):
        return pause.start
    power = np.einsum("ts,ts->t", steps, steps, dtype=np.float64)
    padded = np.pad(power, SMOOTH_STEPS // 2, mode="edge")
    return pause.start + int(np.convolve(padded, np.ones(SMOOTH_STEPS), mode="valid").argmin())
