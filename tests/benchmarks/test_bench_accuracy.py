"""`benchmarks/bench_accuracy.py` through its own door."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import bench_accuracy
import pytest
from accuracy.stored import read_runs, store_run

from tests.benchmarks.ablation_runs import run
from tests.conftest import Mini

LIST = """
tasks:
  words: {{about: letters, metric: wer, recipe: {recipe!s}, baseline: plain, chosen: small, bars: {{rate_at_most: 50}}}}
experiments:
  plain: {{task: words, seeds: [1, 2]}}
  small: {{task: words, change: [model.size=20]}}
"""


@pytest.fixture
def door(mini: Mini, tmp_path: Path) -> list[str]:
    """The options that name a list of two experiments on the small corpus, and a folder of no results."""
    (tmp_path / "list.yaml").write_text(LIST.format(recipe=mini.recipe_file))
    return ["--list", str(tmp_path / "list.yaml"), "--results", str(tmp_path / "results")]


def test_a_run_added_by_hand_is_in_the_table_at_once(
    door: list[str], trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench_accuracy.main([*door, "add", "plain", str(trained)]) == 0
    assert bench_accuracy.main([*door, "add", "other", str(trained)]) == 0
    assert bench_accuracy.main([*door, "add", "small", str(trained)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].split(": ")[0].endswith("plain/split0-seed1.json")
    assert said[2] == "note: other is not among the listed experiments; its row stands apart, under its corpus"
    assert said[4] == "note: other settings than the list's: size: 24 there, size: 20 here"
    assert bench_accuracy.main(door) == 0
    out = capsys.readouterr().out
    assert "## words: letters" in out
    assert "| plain      |  1/2 |" in out
    assert "## folder, not in the list" in out
    assert "| small      | 1/1* |" in out
    assert "\n* small: size: 24 there, size: 20 here\n" in out
    assert "\nfigure words_mean_wer_percent " in out


def test_without_a_stored_run_the_table_says_so(door: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_accuracy.main(door) == 0
    assert "## words: letters\n\nno run is stored\n" in capsys.readouterr().out


def test_no_training_at_a_time_is_refused(door: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_accuracy.main([*door, "run", "-j", "0"]) == 2
    assert capsys.readouterr().err == "error: --jobs: 0 came, 1 or more were wanted\n"


def test_only_what_is_not_stored_is_trained_and_a_failure_does_not_end_the_rest(
    door: list[str],
    trained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands: list[list[str]] = []

    def fake(command: list[str], env: dict[str, str], **options: Any) -> None:
        commands.append(command)
        assert env["OMP_NUM_THREADS"].isdigit()
        if "name=plain" in command:
            raise subprocess.CalledProcessError(2, command)
        shutil.copytree(trained, command[command.index("--run") + 1], dirs_exist_ok=True)

    store_run(tmp_path / "results", run(1, experiment="plain"))
    monkeypatch.setattr(subprocess, "run", fake)
    assert bench_accuracy.main([*door, "run", "--runs", str(tmp_path / "runs"), "--data", "corpora", "-j", "2"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert "2 runs to train, 2 at a time" in errors
    log = tmp_path / "runs" / "plain" / "split0-seed2" / "train.log"
    assert any(line.endswith(f"plain/split0-seed2: training ended with code 2; see {log}") for line in errors)
    assert errors[-1] == "error: 1 runs failed"
    assert [stored.experiment for stored in read_runs(tmp_path / "results")] == ["plain", "small"]
    (small,) = [command for command in commands if "name=small" in command]
    assert {"model.size=20", "seed=1", "corpus.split_seed=0"} <= set(small)
    assert small[-4:] == ["--run", str(tmp_path / "runs" / "small" / "split0-seed1"), "--data", "corpora"]
    assert len(commands) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "gone"], "no experiment 'gone'; known are plain, small"),
        (["add", "plain", "gone"], "gone: holds no recipe.yaml"),
    ],
)
def test_what_is_not_there_is_one_line_and_exit_2(
    door: list[str], capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert bench_accuracy.main([*door, *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert message in line


def test_a_stop_says_how_to_go_on_and_begins_nothing_more(
    door: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands: list[list[str]] = []

    def stopped(command: list[str], **options: Any) -> None:
        commands.append(command)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", stopped)
    assert bench_accuracy.main([*door, "run", "--runs", str(tmp_path / "runs")]) == 130
    assert "error: stopped; " in capsys.readouterr().err
    assert read_runs(tmp_path / "results") == []
    assert len(commands) == 1
