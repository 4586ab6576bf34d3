"""How far the confidence of a model can be trusted on a decoded split, and what rejecting words by it brings."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from speechrnn.bundle.confidence import Judge
from speechrnn.scoring.calibration import expected_calibration_error
from speechrnn.training.calibrate import right_words
from speechrnn.training.evaluate import Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """What came of judging every word.

    Attributes:
        calibration_error: expected, of words.
        calibration_error_before: the same of their geometric mean posterior.
        utterance_calibration_error: expected, of utterances.
        least: words below this confidence are rejected.
        kept: share of words that are not.
        precision: share of those that are right; 1 where none is kept.
        shown: by utterance, what was heard with rejected words in brackets.
        kind: what the confidence was fitted to.
    """

    calibration_error: float
    calibration_error_before: float
    utterance_calibration_error: float
    least: float
    kept: float
    precision: float
    shown: dict[str, str]
    kind: str

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        errors = ("calibration_error", "calibration_error_before", "utterance_calibration_error")
        values: dict[str, Any] = {name: getattr(self, name) for name in errors}
        rejection = {"min_confidence": self.least, "kept": self.kept, "precision": self.precision}
        return values | (rejection if self.least else {}) | {"confidence_kind": self.kind}

    def lines(self) -> Iterator[str]:
        """Say it in plain lines."""
        yield (
            f"confidence: expected calibration error {self.calibration_error:.4f} of words "
            f"({self.calibration_error_before:.4f} before calibration), {self.utterance_calibration_error:.4f} of "
            f"utterances; {self.kind}"
        )
        if self.least:
            yield (
                f"confidence of {self.least:.4f} and more: {100 * self.kept:.1f} % of words are kept, "
                f"{100 * self.precision:.2f} % of them right; the others are shown as [word?]"
            )


def judge_words(evaluation: Evaluation, judge: Judge) -> Sureness:
    """Judge every word of a decoded split that was searched for clues."""
    raw, sure, right, shown = [np.empty(0)], [np.empty(0)], [np.empty(0, dtype=np.bool_)], {}
    for one, clues in zip(evaluation.decoded, evaluation.clues, strict=True):
        values = np.array(judge.confidence.of_words(clues))
        raw.append(clues.raw)
        sure.append(values)
        right.append(right_words(one.reference, one.hypothesis))
        words = zip(one.hypothesis.split(), values, strict=True)
        shown[one.utterance_id] = " ".join(f"[{word}?]" if value < judge.least else word for word, value in words)
    before, confidences, hits = np.concatenate(raw), np.concatenate(sure), np.concatenate(right)
    kept = confidences >= judge.least
    whole = np.array([one.reference.split() == one.hypothesis.split() for one in evaluation.decoded], dtype=np.bool_)
    utterances = np.array([judge.confidence.of_utterance(clues) for clues in evaluation.clues])
    return Sureness(
        calibration_error=expected_calibration_error(confidences, hits),
        calibration_error_before=expected_calibration_error(before, hits),
        utterance_calibration_error=expected_calibration_error(utterances, whole),
        least=judge.least,
        kept=float(kept.mean()) if len(kept) else 1.0,
        precision=float(hits[kept].mean()) if kept.any() else 1.0,
        shown=shown,
        kind=judge.kind,
    )
