"""Where an utterance of a live stream ends: after a pause, or when it has become too long.

The rules are those of Kaldi's online decoding: enough silence after something was said; too much where nothing was;
more than an utterance may be. Silence is what the network calls blank. It says a word late or early in its sound, so
the cut is made at the quietest moment of the pause and not at its edge. For the same reason a short run of blanks may
be the rest of a word, or the beginning of the next one, of which no label tells yet: it counts once it is also quiet.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.audio.pauses import BLOCK_SECONDS, loudness, silence_threshold, silent_runs
from speechrnn.decoding.greedy import BLANK

SMOOTH_STEPS: Final = 3
BLANK_SECONDS: Final = 1.0
"""Blanks for so long are silence, however loud they sound: no word lasts so much longer than its label."""
IDLE_KEPT_SECONDS: Final = 1.0
"""Of a stretch without a word so much stays: a word may have begun that no label tells of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRules:
    """When to end an utterance, all in seconds of audio.

    Attributes:
        silence_seconds: silence after the last label. Where nothing is quiet, because of noise, blanks must have lasted
            for `BLANK_SECONDS` as well.
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
        elif self._is_silence((count - 1 - int(said[-1])) / steps_per_second, audio, count * step_samples):
            pause = range(int(said[-1]) + 1, count)
        elif count >= self.max_seconds * steps_per_second:
            pause = _longest_pause(labels)
        else:
            return None
        return max(1, _quietest(audio.samples, step_samples, pause))

    def _is_silence(self, blank_seconds: float, audio: Audio, num_samples: int) -> bool:
        """Tell whether so long a run of blanks, at the end of so much of the audio, is silence."""
        if blank_seconds < self.silence_seconds:
            return False
        heard = Audio(audio.samples[:num_samples], audio.sample_rate_hz)
        return blank_seconds >= BLANK_SECONDS or _quiet_seconds(heard) >= self.silence_seconds


def _quiet_seconds(audio: Audio) -> float:
    """Measure for how long it has been quiet at the end."""
    levels = loudness(audio)
    begins, ends = silent_runs(levels, silence_threshold(levels))
    return float(ends[-1] - begins[-1]) * BLOCK_SECONDS if len(ends) and ends[-1] == len(levels) else 0.0


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
