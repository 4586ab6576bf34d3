"""A confidence survives its file, and its thresholds keep what they promise."""

import json
import math
from typing import Any

import numpy as np
import pytest

from speechrnn.decoding.confidence import MAX_POINTS, Confidence, OperatingPoint, from_json, operating_points, to_json
from speechrnn.decoding.logistic import Logistic
from speechrnn.errors import UsageError

LOGISTIC = Logistic(0.1, (1.0, -2.0, 0.5), (0.0, 0.25, 3.0), (1.0, 2.0, 0.5))


def confidence(*points: OperatingPoint) -> Confidence:
    return Confidence(LOGISTIC, LOGISTIC, "decoder greedy, lm none", points, {"split": "dev", "words": 4})


def test_what_is_written_reads_back_the_same() -> None:
    one = confidence(OperatingPoint(0.5, 0.75, 1.0), OperatingPoint(0.9, 0.9, 0.5))
    assert from_json(to_json(one)) == one


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (("words", "bias"), "high", "'high' came, a number was wanted"),
        (("words", "bias"), True, "True came, a number was wanted"),
        (("words", "weights"), [1.0], "1 numbers came, 3 were wanted"),
        (("utterances", "scales"), [1.0, 0.0, 1.0], "above 0 was wanted"),
        (("utterances", "means"), [1.0, math.inf, 1.0], "inf came, a number was wanted"),
        (("points",), [{"threshold": 1}], "no confidence as speechrnn writes it"),
        (("measured",), 3, "no confidence as speechrnn writes it"),
        (("words",), [], "no confidence as speechrnn writes it"),
    ],
)
def test_a_value_that_cannot_be_is_refused(path: tuple[str, ...], value: Any, error: str) -> None:
    whole = json.loads(to_json(confidence()))
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=error):
        from_json(json.dumps(whole))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000])
def test_what_is_no_confidence_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no confidence as speechrnn writes it|Expecting value"):
        from_json(text)


def test_operating_points_count_what_a_threshold_keeps() -> None:
    points = operating_points(np.array([0.9, 0.2, 0.6, 0.6]), np.array([True, False, True, False]))
    assert points == (
        OperatingPoint(0.2, pytest.approx(3 / 6), 1.0),
        OperatingPoint(0.6, pytest.approx(3 / 5), 0.75),
        OperatingPoint(0.9, pytest.approx(2 / 3), 0.25),
    )
    assert operating_points(np.empty(0), np.empty(0, dtype=np.bool_)) == ()


def test_many_words_give_a_table_of_bounded_size_from_all_to_the_surest() -> None:
    values = np.random.default_rng(0).uniform(size=5000)
    points = operating_points(values, values > 0.5)
    assert len(points) <= MAX_POINTS
    assert (points[0].kept, points[0].threshold) == (1.0, values.min())
    assert points[-1].threshold == values.max()
    assert [one.threshold for one in points] == sorted({one.threshold for one in points})


def test_a_precision_is_had_at_the_lowest_threshold_that_shows_it() -> None:
    table = confidence(OperatingPoint(0.2, 0.8, 1.0), OperatingPoint(0.6, 0.95, 0.7), OperatingPoint(0.9, 0.99, 0.1))
    assert [table.threshold(precision) for precision in (0.5, 0.9, 0.95, 0.96)] == [0.2, 0.6, 0.6, 0.9]
    with pytest.raises(UsageError, match=r"--target-precision: 0\.999 came, and dev shows 0\.9900 at most"):
        table.threshold(0.999)
    with pytest.raises(UsageError, match=r"dev shows 0\.0000 at most"):
        confidence().threshold(0.5)
