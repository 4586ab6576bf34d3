"""What a recogniser returns, and how label frames become timed words.

Times are seconds from the start of the audio. A word starts with the frame of its first label and ends with the last
frame of its last label's run; CTC models emit labels in short spikes, so a word's end tends to come early.

A word's confidence is the geometric mean over its labels of the highest posterior within each label's run. It is NOT
calibrated: 0.9 does not mean that nine such words in ten are right. It only ranks words of one model.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.text.alphabet import Alphabet

PROBABILITY_KIND: Final = "uncalibrated: geometric mean over a word's labels of the highest CTC posterior of each"


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in time; `confidence` in [0, 1], uncalibrated."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of audio that was recognised in one go; holds every word of its text."""

    text: str
    start_seconds: float
    end_seconds: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """The text of one recording; silence gives empty text and no segments."""

    text: str
    segments: tuple[Segment, ...]
    duration_seconds: float

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all segments, in order."""
        return tuple(word for segment in self.segments for word in segment.words)


def build_transcript(
    hypothesis: Hypothesis,
    log_probs: NDArray[np.floating],
    alphabet: Alphabet,
    step_seconds: float,
    duration_seconds: float,
) -> Transcript:
    """Spell a hypothesis and time its words.

    Args:
        hypothesis: label ids with the frame of each.
        log_probs: `(time, vocab)`, natural log, that the hypothesis was read from.
        alphabet: of the model.
        step_seconds: from one frame of `log_probs` to the next.
        duration_seconds: of the audio; no time lies beyond it.

    Returns:
        A transcript of at most one segment, words joined by single spaces.
    """
    words = tuple(
        _time_word(text, span, hypothesis, log_probs, (step_seconds, duration_seconds))
        for text, span in alphabet.word_spans(hypothesis.labels)
    )
    text = " ".join(word.text for word in words)
    segments = (Segment(text, words[0].start_seconds, words[-1].end_seconds, words),) if words else ()
    return Transcript(text, segments, duration_seconds)


def _time_word(
    text: str, span: slice, hypothesis: Hypothesis, log_probs: NDArray[np.floating], seconds: tuple[float, float]
) -> Word:
    runs = [
        _run(log_probs, label, frame)
        for label, frame in zip(hypothesis.labels[span], hypothesis.frames[span], strict=True)
    ]
    step, duration = seconds
    start = min(hypothesis.frames[span.start] * step, duration)
    end = min(runs[-1][0] * step, duration)
    confidence = float(np.exp(np.mean([highest for _, highest in runs])))
    return Word(text, start, end, min(confidence, 1.0))


def _run(log_probs: NDArray[np.floating], label: int, frame: int) -> tuple[int, float]:
    """Give the frame after the run of `label` that starts at `frame`, and its highest log-probability in the run."""
    end = frame + 1
    while end < len(log_probs) and log_probs[end].argmax() == label:
        end += 1
    return end, float(log_probs[frame:end, label].max())
