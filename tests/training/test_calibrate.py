"""Confidence fitted to a decoded split, and judged on it, with outcomes whose law is known."""

from dataclasses import replace

import numpy as np
import pytest

from speechrnn.bundle.confidence import Judge
from speechrnn.decoding.clues import Clues
from speechrnn.scoring.errors import score
from speechrnn.training.calibrate import fit_confidence, right_words
from speechrnn.training.evaluate import Decoded, Evaluation
from speechrnn.training.sureness import judge_words


def decoded_split(utterances: int, slope: float, seed: int = 0) -> Evaluation:
    """Draw a split of up to four words each, right with probability 1 / (1 + exp(-slope x)) of their first clue x.

    The clue is the logarithm of a posterior that promises far too much.
    """
    rng = np.random.default_rng(seed)
    decoded, found = [], []
    for number in range(utterances):
        words = rng.integers(0, 5)
        clue = np.log(rng.uniform(0.6, 1, words))
        right = rng.uniform(size=words) < 1 / (1 + np.exp(-slope * (clue + 0.3)))
        said = " ".join("yes" if one else "maybe" for one in right)
        decoded.append(Decoded(f"u{number}", said, " ".join(["yes"] * words), 0.0))
        rows = np.column_stack([clue, clue, rng.uniform(size=words)])
        found.append(Clues(rows, np.array([-clue.min(initial=0.0), -clue.sum(), 0.0])))
    texts = [one.reference for one in decoded], [one.hypothesis for one in decoded]
    return Evaluation(tuple(decoded), score(*texts), 0.0, 0.5, 1.0, 1.0, clues=tuple(found))


def test_fitted_confidence_keeps_its_word_where_posteriors_do_not() -> None:
    confidence = fit_confidence(decoded_split(800, 12.0), "dev")
    assert confidence is not None
    assert confidence.measured["calibration_error"] < 0.04 < 0.1 < confidence.measured["calibration_error_before"]
    # On other utterances of the same law, too.
    fresh = judge_words(decoded_split(800, 12.0, seed=1), Judge(confidence, 0.0, "fitted"))
    assert fresh.calibration_error < 0.04 < 0.1 < fresh.calibration_error_before
    assert fresh.utterance_calibration_error < 0.06


def test_what_was_measured_is_counted_of_the_split() -> None:
    evaluation = decoded_split(50, 12.0)
    confidence = fit_confidence(evaluation, "train")
    assert confidence is not None
    words = [one.reference.split() for one in evaluation.decoded]
    assert confidence.measured["split"] == "train"
    assert confidence.measured["words"] == sum(map(len, words))
    assert confidence.measured["words_right"] == sum(line.count("yes") for line in words)
    assert confidence.measured["utterances"] == 50
    assert confidence.measured["utterances_right"] == sum("maybe" not in line for line in words)
    assert confidence.fitted_to == "decoder greedy, lm none"


def test_a_promised_precision_is_kept_on_new_utterances() -> None:
    confidence = fit_confidence(decoded_split(1500, 25.0), "dev")
    assert confidence is not None
    least = confidence.threshold(0.95)
    sureness = judge_words(decoded_split(1500, 25.0, seed=1), Judge(confidence, least, "fitted"))
    assert sureness.precision > 0.93
    assert 0.2 < sureness.kept < 0.95


@pytest.mark.parametrize("utterances", [1, 2, 3])
def test_a_handful_of_utterances_is_enough_to_fit(utterances: int) -> None:
    evaluation = decoded_split(utterances, 12.0, seed=3)
    assert sum(len(clues.words) for clues in evaluation.clues) > 0
    confidence = fit_confidence(evaluation, "dev")
    assert confidence is not None
    values = [value for clues in evaluation.clues for value in confidence.of_words(clues)]
    assert all(0 < value < 1 for value in values)


def test_where_no_word_was_heard_there_is_nothing_to_fit() -> None:
    silent = replace(
        decoded_split(0, 1.0),
        decoded=(Decoded("a", "yes", "", 0.0),),
        clues=(Clues(np.empty((0, 3)), np.zeros(3)),),
    )
    assert fit_confidence(silent, "dev") is None
    assert fit_confidence(decoded_split(0, 1.0), "dev") is None


@pytest.mark.parametrize(
    ("reference", "hypothesis", "right"),
    [
        ("a b c", "a x c", [True, False, True]),
        ("a b", "a b c", [True, True, False]),
        ("a b c", "b", [True]),
        ("", "a", [False]),
        ("a", "", []),
        ("", "", []),
    ],
)
def test_right_words_are_those_an_alignment_finds(reference: str, hypothesis: str, right: list[bool]) -> None:
    assert right_words(reference, hypothesis).tolist() == right


def test_rejected_words_are_shown_as_such_and_no_others() -> None:
    confidence = fit_confidence(decoded_split(300, 25.0), "dev")
    assert confidence is not None
    evaluation = decoded_split(20, 25.0, seed=2)
    judged = judge_words(evaluation, Judge(confidence, 0.6, "fitted"))
    for one, clues in zip(evaluation.decoded, evaluation.clues, strict=True):
        marks = ["[yes?]" if value < 0.6 else "yes" for value in confidence.of_words(clues)]
        assert judged.shown[one.utterance_id].split() == marks
    assert "[yes?]" in " ".join(judged.shown.values())
    everything = judge_words(evaluation, Judge(confidence, 0.0, "fitted"))
    assert (everything.kept, "[" in " ".join(everything.shown.values())) == (1.0, False)
    assert len([*everything.lines()]) == 1 < len([*judged.lines()])
    assert everything.to_json().keys() < judged.to_json().keys()
