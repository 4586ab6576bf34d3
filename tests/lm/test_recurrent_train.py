"""Training of recurrent language models."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn.decoding.recurrent_cells import CellName
from speechrnn.decoding.recurrent_file import read_recurrent_lm
from speechrnn.errors import InterruptedRunError, TrainingError, UsageError
from speechrnn.lm import recurrent_train
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.lm.recurrent_text import number_text
from speechrnn.lm.recurrent_train import LmTrainer, checkpoint_folder, train_recurrent
from speechrnn.training.interrupt import StopRequest
from speechrnn.training.lock import locked

TINY = RecurrentLmConfig(unit="character", size=12, epochs=2, batch_lines=8, dropout=0.1, learning_rate=0.02)
LINES = ["ab ab", "ba ba ba", "abab", "b", "a ab b"] * 4


class Said:
    """Keeps what a training says; asks it to stop after some steps, if wanted."""

    def __init__(self, stop: StopRequest | None = None, after: int = 0) -> None:
        self.lines: list[str] = []
        self.stop, self.after, self.steps = stop, after, 0

    def say(self, line: str) -> None:
        self.lines.append(line)

    def start(self, title: str, total: int) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.steps += steps
        if self.stop is not None and self.steps >= self.after:
            self.stop.asked = True


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_text_that_counts_is_learnt_by_heart(cell: CellName, tmp_path: Path) -> None:
    lines = ["abcabcabc"] * 64
    config = replace(TINY, cell=cell, epochs=4, patience=None, dropout=0.0, learning_rate=0.05, batch_lines=2)
    model = train_recurrent(lines, config, tmp_path / "lm", Said())
    assert model.about["dev_perplexity"] < 1.2
    perplexity = math.exp(-model.score_text(lines[0]) / 10)
    assert perplexity == pytest.approx(model.about["dev_perplexity"], rel=1e-4)
    assert model.score_text("abcabcabc") > model.score_text("abcabcacb") + 3


def test_the_file_holds_the_model_that_was_trained_and_the_checkpoints_are_gone(tmp_path: Path) -> None:
    said, output = Said(), tmp_path / "lm"
    model = train_recurrent(LINES, TINY, output, said)
    assert [path.name for path in tmp_path.iterdir()] == ["lm"]
    assert read_recurrent_lm(output).score_text("ab b") == model.score_text("ab b")
    assert [line.split("  ")[0] for line in said.lines] == ["epoch 1/2", "epoch 2/2"]
    assert model.about["held_out_lines"] == 2
    assert model.about["settings"]["size"] == 12


def test_the_same_text_and_seed_give_the_same_file(tmp_path: Path) -> None:
    for name in ("first", "again"):
        train_recurrent(LINES, TINY, tmp_path / name, Said())
    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "word"},
        {"cell": "gru"},
        {"size": 13},
        {"layers": 2},
        {"dropout": 0.5},
        {"epochs": 1},
        {"batch_lines": 3},
        {"learning_rate": 0.01},
        {"dev_share": 0.3},
        {"min_count": 100},
        {"vocab_size": 1},
        {"seed": 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_setting_changes_the_model(change: dict[str, object], plain: float, tmp_path: Path) -> None:
    model = train_recurrent(LINES, replace(TINY, **change), tmp_path / "lm", Said())  # type: ignore[arg-type]
    assert model.score_text("ab ab") != plain


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> float:
    """What the model of the unchanged settings makes of a text."""
    return train_recurrent(LINES, TINY, tmp_path_factory.mktemp("plain") / "lm", Said()).score_text("ab ab")


def test_patience_ends_a_training_that_gets_no_better_and_the_best_epoch_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([3.0, 1.0, 2.0, 2.0, 0.5])
    monkeypatch.setattr(LmTrainer, "_dev_loss", lambda trainer: next(losses))
    said = Said()
    model = train_recurrent(LINES, replace(TINY, epochs=9, patience=2), tmp_path / "lm", said)
    assert (model.about["epochs"], model.about["best_epoch"]) == (4, 2)
    assert len(said.lines) == 4
    # The rate of a step depends on all epochs planned: the same two epochs, out of nine, must give the same weights.
    monkeypatch.setattr(LmTrainer, "_dev_loss", lambda trainer: -float(trainer.progress.epoch == 1))
    other = train_recurrent(LINES, replace(TINY, epochs=9, patience=1), tmp_path / "other", Said())
    assert np.array_equal(other.embedding, model.embedding)


def test_a_training_stopped_in_an_epoch_goes_on_from_its_start_to_the_same_bytes(tmp_path: Path) -> None:
    whole, output = tmp_path / "whole", tmp_path / "lm"
    config = replace(TINY, epochs=3)
    train_recurrent(LINES, config, whole, Said())
    text, stop = number_text(LINES, config), StopRequest()
    fingerprint = recurrent_train._fingerprint(LINES, config)
    trainer = LmTrainer(config, text, checkpoint_folder(output), fingerprint, Said(stop, after=4))
    with pytest.raises(InterruptedRunError, match="stopped in epoch 2; the same command goes on"):
        trainer.run(stop)
    said = Said()
    train_recurrent(LINES, config, output, said)
    assert said.lines[0].endswith("going on after epoch 1")
    assert [line.split("  ")[0] for line in said.lines[1:]] == ["epoch 2/3", "epoch 3/3"]
    assert output.read_bytes() == whole.read_bytes()


def test_a_finished_training_is_not_done_again_unless_asked_or_changed(tmp_path: Path) -> None:
    output, said = tmp_path / "lm", Said()
    first = train_recurrent(LINES, TINY, output, Said())
    assert train_recurrent(LINES, TINY, output, said).score_text("a") == first.score_text("a")
    assert said.lines == [f"{output}: already trained; --restart trains again"]
    for lines, config, restart in [
        (LINES, TINY, True),
        (LINES[1:], TINY, False),
        (LINES, replace(TINY, seed=5), False),
    ]:
        said = Said()
        train_recurrent(lines, config, output, said, restart=restart)
        assert said.lines[0].startswith("epoch 1/2")


def test_checkpoints_of_other_text_are_refused_and_restart_throws_them_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "lm"
    with monkeypatch.context() as patch:
        patch.setattr(recurrent_train, "write_recurrent_lm", refuse)
        with pytest.raises(OSError, match="disk full"):
            train_recurrent(LINES, TINY, output, Said())
    with pytest.raises(TrainingError, match=r"lm\.checkpoints: holds a training on other text .* --restart"):
        train_recurrent(LINES[1:], TINY, output, Said())
    assert train_recurrent(LINES[1:], TINY, output, Said(), restart=True).about["epochs"] == 2


def refuse(*_: object) -> None:
    raise OSError(28, "disk full")


def test_a_text_of_one_line_trains(tmp_path: Path) -> None:
    said = Said()
    model = train_recurrent(["a"], TINY, tmp_path / "lm", said)
    assert math.isfinite(model.score_text("a"))
    assert said.lines[0].startswith("1 lines are too few to hold any out")


def test_two_trainings_do_not_write_one_file(tmp_path: Path) -> None:
    output = tmp_path / "lm"
    with (
        locked(checkpoint_folder(output)),
        pytest.raises(UsageError, match="another training is at work in this folder"),
    ):
        train_recurrent(LINES, TINY, output, Said())


def test_a_loss_that_is_not_finite_ends_the_training(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"not finite; start over with --restart and a lower --learning-rate"):
        train_recurrent(LINES, replace(TINY, learning_rate=1e30, epochs=5), tmp_path / "lm", Said())


def test_a_folder_or_a_missing_gpu_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="a folder came, a file to write the model to was wanted"):
        train_recurrent(LINES, TINY, tmp_path, Said())
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(UsageError, match="torch finds no CUDA GPU here"):
        train_recurrent(LINES, TINY, tmp_path / "lm", Said(), device="cuda")
