"""What bfloat16 costs is said where it costs time, and nowhere else."""

import pytest

from speechrnn.training.precision import bf16_slowdown, precision_notes
from tests.conftest import Mini


def test_a_processor_without_bfloat16_is_told_of(mini: Mini) -> None:
    (note,) = precision_notes(mini.recipe("training.precision=bf16"), "cpu", lambda: 68.4)
    assert note.startswith(
        "training.precision=bf16: this processor has no arithmetic for it, a matrix product takes 68 "
    )


@pytest.mark.parametrize(("precision", "device", "slowdown"), [("bf16", "cpu", 0.5), ("bf16", "cuda", 60.0)])
def test_where_bfloat16_pays_nothing_is_said(mini: Mini, precision: str, device: str, slowdown: float) -> None:
    assert list(precision_notes(mini.recipe(f"training.precision={precision}"), device, lambda: slowdown)) == []


def test_float32_is_not_measured(mini: Mini) -> None:
    def fail() -> float:
        raise AssertionError

    assert list(precision_notes(mini.recipe(), "cpu", fail)) == []


def test_the_measure_is_a_ratio_of_times() -> None:
    assert 0.01 < bf16_slowdown() < 10_000
