"""An utterance under way: its log-probabilities as far as they are known, however little has been heard.

A model with a `streaming.onnx` carries its state from chunk to chunk, and what it gave it never takes back. Any other
model hears windows: a short utterance whole and again whenever it has grown, of a longer one the last seconds. A step
is then scored by the latest window that has enough before it, so it is taken back until it has a future to stand on.
A window in which nothing stands out of the noise is taken for silence: normalised by its own statistics, as most of
these models want it, noise is as loud as speech.
"""

from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.audio.pauses import DIGITAL_DB, FLOOR_PERCENTILE, MIN_RANGE_DB, loudness
from speechrnn.bundle.live_graph import LiveGraph
from speechrnn.decoding.greedy import BLANK
from speechrnn.transcription.recognizer import Recognizer

WINDOW_SECONDS: Final = 8.0
BEFORE_SECONDS: Final = 2.0
"""What a step of a window must have before it; the rest, less one hop, is what it gets after it."""
HOP_SECONDS: Final = 0.5
SURELY_NOT: Final = -30.0
"""Natural log of the probability of any label in silence."""

Samples = NDArray[np.float32]
LogProbs = NDArray[np.float32]


class Utterance(Protocol):
    """What both ways have in common.

    Attributes:
        step_samples: samples from one output step to the next.
        latency_seconds: how long after the beginning of a step's sound its log-probabilities first come.
        log_probs: `(time, vocab)` natural log, of all steps known so far.
    """

    step_samples: int
    latency_seconds: float
    log_probs: LogProbs

    def accept(self, samples: Samples) -> None:
        """Hear more: `(num_samples,)` at the model's rate."""

    def end(self, steps: int | None) -> LogProbs:
        """Give the log-probabilities of the utterance, ended now or after so many of the steps that are known."""


class CarriedUtterance:
    """Scored by a graph that carries its state; an `Utterance`."""

    def __init__(self, graph: LiveGraph) -> None:
        """Begin with a fresh graph."""
        self._graph = graph
        self.step_samples, self.latency_seconds = graph.step_samples, graph.latency_seconds
        self.log_probs: LogProbs = graph.accept(np.zeros(0, np.float32))

    def accept(self, samples: Samples) -> None:
        """Hear more."""
        if len(new := self._graph.accept(samples)):
            self.log_probs = np.concatenate([self.log_probs, new])

    def end(self, steps: int | None) -> LogProbs:
        """Give the steps until then as the graph gave them, or all with those it still owes."""
        if steps is None:
            self.log_probs = np.concatenate([self.log_probs, self._graph.finish()])
        return self.log_probs[:steps]


class WindowedUtterance:
    """Scored window by window; an `Utterance`.

    One that ends within a window's length scores exactly as a recording of it does.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        """Begin with nothing heard."""
        model = recognizer.model
        self._recognizer, rate = recognizer, model.sample_rate_hz
        self.step_samples = round(model.output_step_seconds * rate)
        self._window = round(WINDOW_SECONDS * rate)
        self._before, self._hop = round(BEFORE_SECONDS / model.output_step_seconds), round(HOP_SECONDS * rate)
        self.latency_seconds = model.min_samples / rate + HOP_SECONDS
        self.log_probs: LogProbs = np.zeros((0, model.alphabet.size), np.float32)
        self._samples: Samples = np.zeros(0, np.float32)
        self._scored = 0

    def accept(self, samples: Samples) -> None:
        """Hear more, and score it once it is worth it."""
        self._samples = np.concatenate([self._samples, samples])
        while len(self._samples) - self._scored >= self._hop:
            self._scored += self._hop
            self.log_probs = self._score(self._scored)

    def end(self, steps: int | None) -> LogProbs:
        """Score the last window once more, as what it is: one that ends here."""
        return self._score(len(self._samples) if steps is None else steps * self.step_samples)

    def _score(self, num_samples: int) -> LogProbs:
        """Score as if so many samples were all: `(time, vocab)`."""
        first = max(0, -(-(num_samples - self._window) // self.step_samples))
        heard = self._samples[first * self.step_samples : num_samples]
        if len(heard) < self._recognizer.model.min_samples:
            return self.log_probs[:0]
        kept, scores = first + self._before if first else 0, self._recognizer.log_probs(heard)
        if not stands_out(Audio(heard, self._recognizer.model.sample_rate_hz)):
            scores[:] = SURELY_NOT
            scores[:, BLANK] = 0.0
        return np.concatenate([self.log_probs[:kept], scores[kept - first :]])


def stands_out(audio: Audio) -> bool:
    """Tell whether some moment is so much louder than the quietest ones as speech is; zeros are no such moments."""
    levels = loudness(audio)
    sound = levels[levels >= DIGITAL_DB]
    return bool(len(sound) and sound.max() - np.percentile(sound, FLOOR_PERCENTILE) >= MIN_RANGE_DB)
