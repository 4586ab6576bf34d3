"""Fit the confidence of a model on a decoded split, and measure how well it keeps its word."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.confidence import Confidence, name_decoder, operating_points
from speechrnn.decoding.logistic import fit_logistic
from speechrnn.scoring.calibration import expected_calibration_error
from speechrnn.scoring.errors import align_words
from speechrnn.training.evaluate import Evaluation

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NUM_FOLDS: Final = 5


def fit_confidence(evaluation: Evaluation, split: str) -> Confidence | None:
    """Fit to a decoded split.

    The figures in `measured` are of utterances whose confidence was fitted on the other folds, so they hold for
    recordings that were not fitted on.

    Args:
        evaluation: of the split, with clues.
        split: its name.

    Returns:
        None where no word was heard.
    """
    right = [right_words(one.reference, one.hypothesis) for one in evaluation.decoded]
    whole = np.array([one.reference.split() == one.hypothesis.split() for one in evaluation.decoded])
    words = _stack([clues.words for clues in evaluation.clues])
    if not len(words):
        return None
    utterances = np.array([clues.utterance for clues in evaluation.clues])
    hits, places = np.concatenate(right), np.repeat(np.arange(len(right)), [len(one) for one in right])
    held_out, whole_held_out = _cross_fit(words, hits, places), _cross_fit(utterances, whole, np.arange(len(whole)))
    raw = np.concatenate([clues.raw for clues in evaluation.clues])
    measured = {
        "split": split,
        "folds": NUM_FOLDS,
        "words": len(hits),
        "words_right": int(hits.sum()),
        "utterances": len(whole),
        "utterances_right": int(whole.sum()),
        "calibration_error": expected_calibration_error(held_out, hits),
        "calibration_error_before": expected_calibration_error(raw, hits),
        "utterance_calibration_error": expected_calibration_error(whole_held_out, whole),
    }
    return Confidence(
        words=fit_logistic(words, hits),
        utterances=fit_logistic(utterances, whole),
        fitted_to=name_decoder(evaluation.settings),
        points=operating_points(held_out, hits),
        measured=measured,
    )


def right_words(reference: str, hypothesis: str) -> Flags:
    """Tell which words of a hypothesis an alignment by fewest edits finds in the reference: `(num_words,)`."""
    right = np.zeros(len(hypothesis.split()), dtype=np.bool_)
    for chunk in align_words([reference], [hypothesis]).alignments[0]:
        if chunk.type == "equal":
            right[chunk.hyp_start_idx : chunk.hyp_end_idx] = True
    return right


def _cross_fit(features: Floats, right: Flags, utterances: NDArray[np.int64]) -> Floats:
    """Give each example the probability that the utterances of the other folds let expect."""
    probabilities = np.empty(len(right))
    for fold in range(NUM_FOLDS):
        held = utterances % NUM_FOLDS == fold
        fitted = fit_logistic(features[~held], right[~held]) if (~held).any() else fit_logistic(features, right)
        probabilities[held] = fitted.probabilities(features[held])
    return probabilities


def _stack(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.empty((0, parts[0].shape[1])), *parts]) if parts else np.empty((0, 0))
