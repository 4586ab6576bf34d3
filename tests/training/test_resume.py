"""A run that was killed and started again ends in the same bits as one never stopped."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from speechrnn.cli import app
from speechrnn.errors import InterruptedRunError
from speechrnn.training import objective
from speechrnn.training import run as run_module
from speechrnn.training.log import BOARD_FOLDER, read_log
from speechrnn.training.loop import CHECKPOINTS
from speechrnn.training.run import train
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.training.conftest import history, same_bits

ROOT = Path(__file__).parents[2]
# Everything random is on: a resumed run must draw what the other would have drawn.
RANDOM = (
    "training.epochs=3",
    "training.schedule=one_cycle",
    "training.curriculum_epochs=2",
    "training.ema_decay=0.9",
    "training.average_epochs=2",
    "model.dropout=0.3",
    "features.cmvn=global",
    "augment.speed_factors=[0.9, 1.0, 1.1]",
    "augment.noise_probability=0.5",
    "augment.warp_factors=[0.9, 1.1]",
    "augment.concatenate_probability=0.2",
    "augment.num_time_masks=1",
)
EVERY_BATCH, NEVER = "training.checkpoint_minutes=1e-9", "training.checkpoint_minutes=1000"
BATCHES = 9  # of the first epoch of the small corpus, with what is drawn for it
KILL_AT = BATCHES + 4  # the fourth step of the second epoch

KILLED = """
import os, signal, sys
from speechrnn.cli.app import main
from speechrnn.training import objective, run

count, at = 0, int(sys.argv.pop(1))
honest = objective.ctc_losses

def losses(*arguments):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return honest(*arguments)

objective.ctc_losses = losses
run.draw_curves = lambda *arguments: None
main()
"""


@pytest.fixture(scope="module")
def whole(mini: Mini, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody stopped."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run_module, "draw_curves", lambda run, title, records: None)
        return train(mini.recipe(*RANDOM), mini.data, tmp_path_factory.mktemp("whole") / "run", Silent()).run


def at_step(number: int, act: Callable[[], Any]) -> Callable[..., Any]:
    """The honest loss, but at one step something happens first."""
    honest, count = objective.ctc_losses, iter(range(1, 10**6))

    def losses(*arguments: Any) -> Any:
        if next(count) == number:
            act()
        return honest(*arguments)

    return losses


def go_on(mini: Mini, run: Path, *overrides: str) -> list[str]:
    reporter = Silent()
    train(mini.recipe(*RANDOM, *overrides), mini.data, run, reporter)
    return reporter.lines


def state_of(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / CHECKPOINTS / "last.json").read_text())["state"])


@pytest.mark.parametrize(("saving", "batch"), [(EVERY_BATCH, 3), (NEVER, 0)], ids=["inside epochs", "after epochs"])
def test_a_run_killed_in_mid_epoch_ends_in_the_same_bits(
    mini: Mini, whole: Path, tmp_path: Path, fast: None, saving: str, batch: int
) -> None:
    run = tmp_path / "run"
    command = ["train", mini.recipe_file, *RANDOM, saving, "--data", mini.data, "--run", run]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(KILL_AT), *map(str, command)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert (state_of(run)["epoch"], state_of(run)["batch"]) == (1, batch)
    assert not (run / "model.srnn").exists()
    lines = go_on(mini, run, saving)
    assert f"{run}: going on from epoch 2, batch {batch + 1}" in lines
    assert same_bits(run, whole)
    assert same_bits(run, whole, "best")
    assert history(run) == history(whole)
    assert [record.epoch for record in read_log(run)] == [1, 2, 3]
    boards = sorted((run / BOARD_FOLDER).iterdir(), key=lambda file: file.stat().st_mtime_ns)
    events = [event for file in boards for event in EventAccumulator(str(file)).Reload().Scalars("loss")]
    assert [event.step for event in events] == [1, 2, 3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_asked_to_stop_saves_says_so_and_goes_on_to_the_same_bits(
    mini: Mini, whole: Path, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(objective, "ctc_losses", at_step(KILL_AT, lambda: os.kill(os.getpid(), number)))
        with pytest.raises(InterruptedRunError, match="stopped in epoch 2 after batch 4; saved, the same command"):
            go_on(mini, run, NEVER)
    assert state_of(run)["batch"] == 4
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    go_on(mini, run, NEVER)
    assert same_bits(run, whole)
    assert history(run) == history(whole)


def test_ctrl_c_at_the_command_is_exit_130_and_one_line(
    mini: Mini, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(objective, "ctc_losses", at_step(2, lambda: os.kill(os.getpid(), signal.SIGINT)))
    command = ["train", mini.recipe_file, "--data", mini.data, "--run", tmp_path / "run"]
    monkeypatch.setattr(sys, "argv", ["speechrnn", *map(str, command)])
    with pytest.raises(SystemExit, match="^130$"):
        app.main()
    captured = capfd.readouterr()
    assert captured.out == ""
    (error,) = [line for line in captured.err.splitlines() if line.startswith("error:")]
    assert error.endswith("after batch 2; saved, the same command goes on from there")


def test_a_second_ctrl_c_stops_at_once(mini: Mini, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(objective, "ctc_losses", at_step(2, twice))
    with pytest.raises(KeyboardInterrupt, match="^$"):
        go_on(mini, tmp_path / "run")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("moment", ["write_log", "draw_curves"])
def test_a_kill_between_checkpoint_and_log_loses_no_record(
    mini: Mini, whole: Path, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    run = tmp_path / "run"

    def killed(folder: Path, *arguments: Any) -> None:
        if len(read_log(run)) >= 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        honest = run_module.write_log
        if moment == "write_log":
            patched.setattr(run_module, "write_log", lambda *a: (killed(*a), honest(*a)))
        else:
            patched.setattr(run_module, "draw_curves", killed)
        with pytest.raises(KeyboardInterrupt, match="^$"):
            go_on(mini, run)
    go_on(mini, run)
    assert history(run) == history(whole)
    assert same_bits(run, whole)


def test_a_run_stopped_after_the_last_batch_of_an_epoch_logs_the_same_rate(
    mini: Mini, whole: Path, tmp_path: Path, fast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(objective, "ctc_losses", at_step(BATCHES, lambda: os.kill(os.getpid(), signal.SIGINT)))
        with pytest.raises(InterruptedRunError, match=f"stopped in epoch 1 after batch {BATCHES}; saved"):
            train(mini.recipe(*RANDOM), mini.data, tmp_path / "run", Silent())
    go_on(mini, tmp_path / "run")
    assert history(tmp_path / "run") == history(whole)
