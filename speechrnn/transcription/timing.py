"""From frames of labels to words and letters in seconds.

What belongs to a word without doubt runs from the last frame of its first label to the first frame of its last one;
`silence.word_spans` widens it to the whole word. Inside a word, blanks between two letters are split down the middle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import Audio
from speechrnn.bundle.confidence import Judge
from speechrnn.bundle.layout import ModelInfo
from speechrnn.decoding.align import Alignment
from speechrnn.decoding.clues import find_clues
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.runs import runs
from speechrnn.text.alphabet import Alphabet
from speechrnn.transcription.silence import word_spans
from speechrnn.transcription.transcript import Character, Segment, Transcript, Word

UNCALIBRATED: Final = "uncalibrated: geometric mean over a word's labels of the highest CTC posterior of each"


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and the labels that write it.

    Attributes:
        text: as shown.
        labels: its place among the labels of the utterance; never empty.
        letters: the symbol of each of these labels; none where a label is a whole word.
    """

    text: str
    labels: slice
    letters: tuple[str, ...] = ()


def build_transcript(
    best: Hypothesis, log_probs: NDArray[np.floating], model: ModelInfo, audio: Audio, judge: Judge | None = None
) -> Transcript:
    """Spell a hypothesis and put its words in their places.

    Args:
        best: the hypothesis, the frame of each label with it.
        log_probs: `(time, vocab)`, natural log, that it was read from.
        model: whose output they are.
        audio: the recording, at any sample rate.
        judge: of how sure the words are; without one they get their uncalibrated confidence.

    Returns:
        A transcript of at most one segment.
    """
    words = spoken_words(best.labels, model.alphabet)
    alignment = runs(log_probs, best.labels, best.frames)
    timed = time_words(words, alignment, model.output_step_seconds, audio)
    segments = (Segment(timed),) if timed else ()
    kind = confidence_kind(judge)
    if judge is None:
        return Transcript(segments, audio.duration_seconds, kind)
    clues = find_clues(log_probs, best, model.alphabet)
    sure = judge.confidence.of_words(clues)
    judged = tuple(
        replace(word, confidence=value, rejected=value < judge.least) for word, value in zip(timed, sure, strict=True)
    )
    segments = (Segment(judged),) if judged else ()
    return Transcript(segments, audio.duration_seconds, kind, judge.confidence.of_utterance(clues))


def confidence_kind(judge: Judge | None) -> str:
    """Tell what the confidence of a word says."""
    return UNCALIBRATED if judge is None else judge.kind


def spoken_words(labels: Sequence[int], alphabet: Alphabet) -> list[SpokenWord]:
    """Give the words that labels write."""
    spelt = alphabet.unit == "character"
    return [SpokenWord(text, span, tuple(text) if spelt else ()) for text, span in alphabet.word_spans(labels)]


def time_words(
    words: Sequence[SpokenWord], alignment: Alignment, step_seconds: float, audio: Audio
) -> tuple[Word, ...]:
    """Put words in their places.

    Args:
        words: in order.
        alignment: of all labels of the utterance.
        step_seconds: from one output frame to the next.
        audio: the recording.

    Returns:
        The words; the confidence of each is the geometric mean of the highest posterior of its labels.
    """
    cores = [_core(alignment, word.labels, step_seconds, audio.duration_seconds) for word in words]
    return tuple(
        Word(
            text=word.text,
            start_seconds=start,
            end_seconds=end,
            confidence=geometric_mean(alignment, word.labels),
            characters=_letters(word, alignment, step_seconds, (start, end)),
        )
        for word, (start, end) in zip(words, word_spans(audio, cores), strict=True)
    )


def geometric_mean(alignment: Alignment, labels: slice) -> float:
    """Give the geometric mean of the highest posterior of each label, in [0, 1]."""
    return min(float(np.exp(np.mean(alignment.scores[labels]))), 1.0)


def _core(alignment: Alignment, labels: slice, step_seconds: float, duration_seconds: float) -> tuple[float, float]:
    inner, outer = alignment.ends[labels][0] - 1, alignment.starts[labels][-1]
    first, last = min(inner, outer), max(inner, outer) + 1
    return min(first * step_seconds, duration_seconds), min(last * step_seconds, duration_seconds)


def _letters(
    word: SpokenWord, alignment: Alignment, step_seconds: float, span: tuple[float, float]
) -> tuple[Character, ...]:
    if not word.letters:
        return ()
    starts, ends = np.array(alignment.starts[word.labels]), np.array(alignment.ends[word.labels])
    middles = np.clip((starts[1:] + ends[:-1]) / 2 * step_seconds, *span).tolist()
    edges = [span[0], *middles, span[1]]
    peaks = np.minimum(np.exp(alignment.scores[word.labels]), 1.0).tolist()
    return tuple(
        Character(letter, start, end, peak)
        for letter, start, end, peak in zip(word.letters, edges[:-1], edges[1:], peaks, strict=True)
    )
