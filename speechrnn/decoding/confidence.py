"""How sure a model is of a word and of an utterance, as a probability that was fitted on utterances of dev.

A confidence is fitted to what one decoder makes of one model: `fitted_to` names that decoder. The operating points say
which threshold keeps words of which precision, measured on dev words whose confidence came from the other folds.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.clues import UTTERANCE_CLUES, WORD_CLUES, Clues
from speechrnn.decoding.logistic import Logistic
from speechrnn.errors import UsageError

MAX_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Of the dev words whose confidence is `threshold` or more: the share that is right, and the share of all words."""

    threshold: float
    precision: float
    kept: float


@dataclass(frozen=True, slots=True)
class Confidence:
    """Everything that turns clues into probabilities.

    Attributes:
        words: from the clues to a word.
        utterances: from the clues to an utterance, that all its words are right and none is missing.
        fitted_to: the decoder, as a signature names it.
        points: operating points of words, threshold rising.
        measured: what fitting came to; anything JSON can hold.
    """

    words: Logistic
    utterances: Logistic
    fitted_to: str
    points: tuple[OperatingPoint, ...]
    measured: Mapping[str, Any]

    def of_words(self, clues: Clues) -> list[float]:
        """Give the probability of each word of a hypothesis."""
        probabilities: list[float] = self.words.probabilities(clues.words).tolist()
        return probabilities

    def of_utterance(self, clues: Clues) -> float:
        """Give the probability that the hypothesis is right as a whole."""
        return float(self.utterances.probabilities(clues.utterance[None])[0])

    def threshold(self, precision: float) -> float:
        """Give the lowest confidence that keeps words of a precision on dev.

        Raises:
            UsageError: no threshold does; says which precision can be had.
        """
        for point in self.points:
            if point.precision >= precision:
                return point.threshold
        best = max((point.precision for point in self.points), default=0.0)
        raise UsageError(
            f"--target-precision: {precision:g} came, and dev shows {best:.4f} at most for this model; ask for less, "
            "or calibrate on more utterances"
        )


def name_decoder(settings: Mapping[str, object]) -> str:
    """Write the settings of a decoder as one text.

    >>> name_decoder({"decoder": "beam", "lm": None})
    'decoder beam, lm none'
    """
    return ", ".join(f"{key} {'none' if value is None else value}" for key, value in settings.items())


def operating_points(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[OperatingPoint, ...]:
    """Tabulate precision over thresholds, at most `MAX_POINTS` of them.

    Precision is (right + 1) / (kept + 2), Laplace's rule, so that three words without an error promise no certainty.

    Args:
        confidences: `(words,)`.
        right: `(words,)`.
    """
    order = np.argsort(-confidences, kind="stable")
    values, hits = confidences[order], right[order].cumsum()
    # Equal confidences are kept or rejected together.
    ends = np.flatnonzero(np.append(values[1:] != values[:-1], True)) if len(values) else np.empty(0, dtype=np.int64)
    chosen = (
        ends[np.unique(np.linspace(0, len(ends) - 1, min(len(ends), MAX_POINTS)).astype(int))] if len(ends) else ends
    )
    points = [
        OperatingPoint(float(values[end]), float((hits[end] + 1) / (end + 3)), float((end + 1) / len(values)))
        for end in chosen[::-1].tolist()
    ]
    return tuple(points)


def to_json(confidence: Confidence) -> str:
    """Write as JSON."""
    return json.dumps(asdict(confidence), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def from_json(text: str) -> Confidence:
    """Read what `to_json` wrote.

    Raises:
        ValueError: it is laid out otherwise; says where.
    """
    try:
        value = json.loads(text)
        points = tuple(OperatingPoint(*(_number(point[key]) for key in _POINT)) for point in value["points"])
        return Confidence(
            words=_logistic(value["words"], len(WORD_CLUES)),
            utterances=_logistic(value["utterances"], len(UTTERANCE_CLUES)),
            fitted_to=str(value["fitted_to"]),
            points=points,
            measured=dict(value["measured"]),
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no confidence as speechrnn writes it ({error!r})") from error


_POINT: Final = ("threshold", "precision", "kept")


def _logistic(value: Mapping[str, Any], size: int) -> Logistic:
    weights, means, scales = (_numbers(value[key], size) for key in ("weights", "means", "scales"))
    if min(scales) <= 0:
        raise ValueError(f"scales are {scales}, above 0 was wanted")
    return Logistic(_number(value["bias"]), weights, means, scales)


def _numbers(values: Sequence[Any], size: int) -> tuple[float, ...]:
    if len(values) != size:
        raise ValueError(f"{len(values)} numbers came, {size} were wanted")
    return tuple(map(_number, values))


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} came, a number was wanted")
    return float(value)
