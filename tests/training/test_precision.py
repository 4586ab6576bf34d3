"""Bfloat16 is refused where it cannot be computed, and what it costs is said where it costs time."""

from pathlib import Path

import pytest
import torch

from speechrnn.errors import UsageError
from speechrnn.training import precision
from speechrnn.training.precision import bf16_runs, bf16_slowdown, check_precision, precision_notes
from speechrnn.training.run import train
from tests.conftest import Mini
from tests.mini_corpus import Silent

BF16 = "training.precision=bf16", "training.device=cpu"


def fail(*_: object) -> float:
    raise AssertionError


def test_a_processor_that_cannot_is_named_before_a_run_is_begun(
    mini: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "bf16_runs", lambda cell: cell != "lstm")
    wanted = "bf16 came, and this processor cannot compute a layer of cell lstm in it; set training.precision=float32"
    with pytest.raises(UsageError, match=wanted):
        train(mini.recipe(*BF16, "model.cell=lstm"), mini.data, tmp_path / "run", Silent())
    assert list((tmp_path / "run").glob("*.yaml")) == []
    check_precision(mini.recipe(*BF16, "model.cell=gru"))


def test_a_processor_without_bfloat16_is_told_of(mini: Mini, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "bf16_slowdown", lambda: 68.4)
    (note,) = precision_notes(mini.recipe(*BF16))
    assert note.startswith(
        "training.precision=bf16: this processor has no arithmetic for it, a matrix product takes 68 "
    )


def test_where_bfloat16_pays_nothing_is_said(mini: Mini, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "bf16_slowdown", lambda: 0.5)
    assert list(precision_notes(mini.recipe(*BF16))) == []


def test_neither_float32_nor_a_gpu_is_tried(mini: Mini, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for measure in ("bf16_runs", "bf16_slowdown"):
        monkeypatch.setattr(precision, measure, fail)
    for recipe in (mini.recipe(), mini.recipe("training.precision=bf16")):
        check_precision(recipe)
        assert list(precision_notes(recipe)) == []


def test_the_measure_is_a_ratio_of_times() -> None:
    assert 0.01 < bf16_slowdown() < 10_000


def test_layers_without_a_kernel_of_their_own_run_in_bfloat16_anywhere() -> None:
    assert bf16_runs("rnn")
    assert bf16_runs("gru")
