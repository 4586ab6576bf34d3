"""How well a language model predicts a text.

Perplexity is `exp(-sum of ln p / number of predictions)`; every word and every end of a sentence is predicted. Words
that the model does not know are predicted as `<unk>`. Since one model's `<unk>` stands for more than another's, the
figure without their predictions (they still are history) is given too, and how many they are.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from speechrnn.decoding.ngram import UNKNOWN_ID, tokens
from speechrnn.errors import LanguageModelError
from speechrnn.text.alphabet import Unit


class Predictor(Protocol):
    """A language model of any kind, n-grams or a recurrent network."""

    def ids(self, symbols: Iterable[str], /) -> list[int]:
        """Give the ids of words, 0 for those it does not know."""

    def sentences(self, lines: Sequence[Sequence[int]], /) -> list[list[float]]:
        """Score every word of each sentence and, last, its end, in natural logs."""


@dataclass(frozen=True, slots=True)
class Perplexity:
    """What came of a text.

    Attributes:
        unit: what was predicted.
        sentences: lines.
        words: without the ends of sentences.
        unknown: words that the model does not know.
        log_prob: natural log-probability of the text, unknown words as `<unk>`.
        known_log_prob: the same without the predictions of unknown words.
    """

    unit: Unit
    sentences: int
    words: int
    unknown: int
    log_prob: float
    known_log_prob: float

    @property
    def perplexity(self) -> float:
        """Of all words, unknown ones as `<unk>`."""
        return _perplexity(self.log_prob, self.words + self.sentences)

    @property
    def known_perplexity(self) -> float:
        """Of the words the model knows."""
        return _perplexity(self.known_log_prob, self.words - self.unknown + self.sentences)

    def text(self) -> str:
        """Say it in plain lines."""
        share = f"{100 * self.unknown / self.words:.2f}"
        return (
            f"{self.sentences} sentences, {self.words} {self.unit}s, {self.unknown} unknown ({share} %)\n"
            f"log10 probability {self.log_prob / math.log(10):.2f}\n"
            f"perplexity {self.perplexity:.2f}, of known {self.unit}s {self.known_perplexity:.2f}"
        )

    def json_text(self) -> str:
        """Give the figures as one JSON object."""
        figures = {
            "unit": self.unit,
            "sentences": self.sentences,
            "words": self.words,
            "unknown": self.unknown,
            "log10_prob": _finite(self.log_prob / math.log(10)),
            "perplexity": _finite(self.perplexity),
            "known_perplexity": _finite(self.known_perplexity),
        }
        return json.dumps(figures, indent=2)


def measure(model: Predictor, lines: Sequence[str], unit: Unit) -> Perplexity:
    """Predict a text.

    Args:
        model: the language model.
        lines: normalised sentences, none of them empty.
        unit: what the model calls a word.

    Raises:
        LanguageModelError: there are no lines.
    """
    if not lines:
        raise LanguageModelError("text: no lines came, at least one was wanted; name a text that is not empty")
    ids = [model.ids(tokens(line, unit)) for line in lines]
    scores = model.sentences(ids)
    missed = [
        score
        for line, predicted in zip(ids, scores, strict=True)
        for word, score in zip(line, predicted, strict=False)
        if word == UNKNOWN_ID
    ]
    known = math.fsum(
        score
        for line, predicted in zip(ids, scores, strict=True)
        for word, score in zip([*line, None], predicted, strict=True)
        if word != UNKNOWN_ID
    )
    return Perplexity(
        unit=unit,
        sentences=len(ids),
        words=sum(map(len, ids)),
        unknown=len(missed),
        log_prob=known + math.fsum(missed),
        known_log_prob=known,
    )


def _perplexity(log_prob: float, predictions: int) -> float:
    mean = -log_prob / predictions
    return math.exp(mean) if mean < math.log(1e300) else math.inf


def _finite(value: float) -> float | None:
    """JSON has no infinity."""
    return value if math.isfinite(value) else None
