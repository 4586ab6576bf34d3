"""Expected calibration error, worked by hand."""

import numpy as np
import pytest

from speechrnn.scoring.calibration import expected_calibration_error


def test_each_bin_adds_its_gap_by_its_share() -> None:
    confidences = np.array([0.9, 0.1, 0.8, 0.4])
    right = np.array([True, False, False, True])
    # In order: 0.1 and 0.4 are half right, 0.8 and 0.9 are half right.
    assert expected_calibration_error(confidences, right, 2) == pytest.approx(0.5 * (0.25 + 0.35))


def test_confidence_that_keeps_its_word_has_next_to_no_error() -> None:
    rng = np.random.default_rng(0)
    confidences = rng.uniform(size=50_000)
    right = rng.uniform(size=50_000) < confidences
    assert expected_calibration_error(confidences, right) < 0.01
    assert expected_calibration_error(np.sqrt(confidences), right) == pytest.approx(2 / 3 - 1 / 2, abs=0.01)


def test_certain_and_wrong_is_the_worst() -> None:
    assert expected_calibration_error(np.ones(3), np.zeros(3, dtype=np.bool_)) == 1.0


def test_no_examples_have_no_error() -> None:
    assert expected_calibration_error(np.empty(0), np.empty(0, dtype=np.bool_)) == 0.0


def test_each_confidence_wants_an_outcome() -> None:
    with pytest.raises(ValueError, match="3 confidences for 2 outcomes"):
        expected_calibration_error(np.ones(3), np.ones(2, dtype=np.bool_))
