"""The mean of the weights after the last epochs of a run."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from speechrnn.bundle.read import read_bundle
from speechrnn.errors import TrainingError
from speechrnn.recipe import TrainingConfig
from speechrnn.training import loop
from speechrnn.training.average import average_epochs, forget_epochs, keep_epoch, mean
from speechrnn.training.checkpoint import delete_checkpoint
from speechrnn.training.log import read_log
from speechrnn.training.loop import CHECKPOINTS
from tests.mini_corpus import Silent
from tests.training.conftest import Train, same_bits, tensors_of


def weights(epoch: int) -> dict[str, Tensor]:
    return {"w": torch.tensor([float(epoch), 1.0]), "count": torch.tensor(epoch)}


def kept(folder: Path, epochs: int, config: TrainingConfig) -> None:
    for epoch in range(1, epochs + 1):
        keep_epoch(folder, epoch, weights(epoch), config)


def test_the_mean_is_that_of_every_weight_and_the_last_of_every_count() -> None:
    averaged = mean([weights(2), weights(3), weights(7)])
    assert averaged["w"].tolist() == [4, 1]
    assert averaged["count"].item() == 7


def test_what_never_changed_comes_out_as_it_was() -> None:
    still = {"w": torch.tensor([0.1, -1 / 3, 1e20])}
    assert mean([still] * 7)["w"].equal(still["w"])


def test_the_last_epochs_are_averaged_and_no_others(tmp_path: Path) -> None:
    kept(tmp_path, 10, TrainingConfig(epochs=10, average_epochs=3))
    assert average_epochs(tmp_path, 10, 3)["w"].tolist() == [9, 1]
    assert len(list(tmp_path.glob("*.safetensors"))) == 3


def test_where_any_epoch_may_be_the_last_each_is_kept_in_turn(tmp_path: Path) -> None:
    kept(tmp_path, 8, TrainingConfig(epochs=10, average_epochs=3, early_stop_epochs=2))
    assert average_epochs(tmp_path, 8, 3)["w"].tolist() == [7, 1]
    assert len(list(tmp_path.glob("*.safetensors"))) == 3


def test_a_run_of_fewer_epochs_is_averaged_whole(tmp_path: Path) -> None:
    kept(tmp_path, 2, TrainingConfig(epochs=2, average_epochs=5))
    assert average_epochs(tmp_path, 2, 5)["w"].tolist() == [1.5, 1]


def test_an_epoch_done_again_replaces_its_own(tmp_path: Path) -> None:
    config = TrainingConfig(epochs=3, average_epochs=2)
    kept(tmp_path, 3, config)
    kept(tmp_path, 3, config)
    assert average_epochs(tmp_path, 3, 2)["w"].tolist() == [2.5, 1]


def test_an_epoch_that_is_gone_is_named(tmp_path: Path) -> None:
    kept(tmp_path, 4, TrainingConfig(epochs=4, average_epochs=2))
    delete_checkpoint(tmp_path, "epoch1")
    with pytest.raises(TrainingError, match=r"the weights of epoch 3, .*average_epochs, are gone; .*--restart"):
        average_epochs(tmp_path, 4, 2)


def test_forgetting_leaves_the_other_checkpoints(tmp_path: Path) -> None:
    kept(tmp_path, 12, TrainingConfig(epochs=12, average_epochs=12))
    (tmp_path / "best-1.safetensors").write_bytes(b"")
    forget_epochs(tmp_path, 12)
    assert [path.name for path in tmp_path.iterdir()] == ["best-1.safetensors"]


@pytest.fixture
def dev_results(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[float]], list[dict[str, Tensor]]]:
    """Make up what dev gives, character error rate by turn, and tell which weights it was asked about."""

    def given(rates: Sequence[float]) -> list[dict[str, Tensor]]:
        left, asked = iter(rates), []

        def evaluated(model: torch.nn.Module, *arguments: Any) -> Any:
            asked.append({f"model.{name}": tensor.clone() for name, tensor in model.state_dict().items()})
            cer = next(left)
            result = SimpleNamespace(utterances=1, cer=cer, wer=cer)
            return SimpleNamespace(score=result, loss=cer, blank_rate=0.5, seconds=0.0)

        monkeypatch.setattr(loop, "evaluate", evaluated)
        return asked

    return given


FOUR = "training.epochs=4", "training.batch_seconds=100", "training.average_epochs=3"  # one step an epoch


def test_the_mean_becomes_the_model_where_dev_likes_it_better(
    train_mini: Train, dev_results: Callable[..., list[dict[str, Tensor]]]
) -> None:
    asked, reporter = dev_results([50, 40, 45, 44, 30]), Silent()
    finished = train_mini(*FOUR, reporter=reporter)
    expected = mean(asked[1:4])
    weights = read_bundle(finished.model).weights()
    assert all(torch.from_numpy(weights[name]).equal(tensor) for name, tensor in expected.items())
    assert all(asked[4][name].equal(tensor) for name, tensor in expected.items())
    assert not expected["model.head.weight"].equal(asked[3]["model.head.weight"])
    (line,) = [line for line in reporter.lines if line.startswith("mean of the last 3 epochs")]
    assert "CER 30.0 %" in line
    assert line.endswith(": becomes the model (best epoch 2  dev loss 40.000  CER 40.0 %)")
    result = json.loads((finished.run / "result.json").read_text())
    assert (result["best_epoch"], result["averaged_epochs"]) == (2, 3)
    assert not list((finished.run / CHECKPOINTS).glob("epoch*"))


def test_the_best_epoch_stays_the_model_where_dev_likes_the_mean_less(
    train_mini: Train, dev_results: Callable[..., list[dict[str, Tensor]]]
) -> None:
    asked, reporter = dev_results([50, 40, 45, 44, 41]), Silent()
    finished = train_mini(*FOUR, reporter=reporter)
    weights = read_bundle(finished.model).weights()
    assert all(torch.from_numpy(weights[name]).equal(tensor) for name, tensor in asked[1].items())
    assert [line for line in reporter.lines if line.startswith("mean of") and ": does not become the model" in line]
    assert json.loads((finished.run / "result.json").read_text())["averaged_epochs"] == 0


def test_after_early_stop_the_mean_is_that_of_the_epochs_before_it(
    train_mini: Train, dev_results: Callable[..., list[dict[str, Tensor]]]
) -> None:
    asked = dev_results([50, 40, 45, 44, 30])
    run = train_mini(*FOUR, "training.epochs=9", "training.early_stop_epochs=2").run
    assert len(read_log(run)) == 4
    assert asked[4]["model.head.weight"].equal(mean(asked[1:4])["model.head.weight"])


def test_the_last_checkpoint_holds_what_was_trained_and_not_the_mean(train_mini: Train) -> None:
    plain, averaged = train_mini(run="plain"), train_mini("training.average_epochs=2", run="averaged")
    assert same_bits(plain.run, averaged.run)


@pytest.mark.parametrize("moment", ["average_epochs", "average_line", "save_checkpoint", "forget_epochs"])
def test_a_kill_while_the_mean_is_tried_loses_nothing(
    train_mini: Train, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    # Two epochs of steps as large as these leave the mean better than either.
    settings = (
        "training.average_epochs=2",
        "training.schedule=plateau",
        "training.learning_rate=0.1",
        "training.length_jitter=0.05",
    )
    whole = train_mini(*settings, run="whole").run
    honest = getattr(loop, moment)

    def killed(*arguments: Any) -> Any:
        if moment != "save_checkpoint" or (len(arguments) > 3 and arguments[3]["averaged_epochs"] is not None):
            raise KeyboardInterrupt
        return honest(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(loop, moment, killed)
        with pytest.raises(KeyboardInterrupt, match="^$"):
            train_mini(*settings)
    run = train_mini(*settings).run
    assert same_bits(run, whole)
    assert same_bits(run, whole, "best")
    results = [json.loads((folder / "result.json").read_text()) for folder in (run, whole)]
    assert [result["averaged_epochs"] for result in results] == [2, 2]


def test_the_mean_is_of_the_moving_averages_where_there_are_some(train_mini: Train) -> None:
    one = train_mini("training.average_epochs=2", run="a").run
    other = train_mini("training.average_epochs=2", "training.ema_decay=0.5", run="b").run
    assert not tensors_of(one, "best")["model.head.weight"].equal(tensors_of(other, "best")["model.head.weight"])
