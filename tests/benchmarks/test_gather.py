"""Run folders become stored runs, or the reason why not is named."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from accuracy.drift import other_settings
from accuracy.experiments import Ablation, Experiment, Task
from accuracy.gather import count_errors, gather_runs

from speechrnn.errors import UsageError
from speechrnn.recipe.load import parse_recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.training.evaluate import Decoded
from tests.conftest import Mini


@pytest.fixture
def finished(trained: Path, tmp_path: Path) -> Path:
    """The small run without what is heavy, free to be damaged."""
    heavy = shutil.ignore_patterns("checkpoints", "tensorboard", "*.srnn", "*.png")
    return Path(shutil.copytree(trained, tmp_path / "finished", ignore=heavy))


def test_errors_are_counted_by_utterance_in_words_and_characters() -> None:
    decoded = [Decoded("u1", "a bc", "a bd e", -1.0), Decoded("u2", "", "a", -1.0)]
    assert count_errors(decoded) == {"u1": [2, 2, 3, 4], "u2": [1, 0, 1, 0]}


def test_a_run_folder_gives_its_settings_its_figures_and_every_utterance(finished: Path, mini: Mini) -> None:
    (run,) = gather_runs("name", finished)
    values = json.loads((finished / "result.json").read_text())
    assert (run.experiment, run.split, run.left_out, run.seed, run.scored) == ("name", 0, None, 1, "test")
    assert (run.wer, run.cer, run.signature) == tuple(values["result"][key] for key in ("wer", "cer", "signature"))
    assert (run.parameters, run.epochs, run.best_epoch) == tuple(
        values[key] for key in ("parameters", "epochs", "best_epoch")
    )
    assert list(run.utterances) == [f"test/{number:02}" for number in range(5)]
    assert sum(counts[0] for counts in run.utterances.values()) == values["result"]["errors"]
    assert 100 * sum(c[2] for c in run.utterances.values()) / sum(
        c[3] for c in run.utterances.values()
    ) == pytest.approx(run.cer)
    assert run.date == datetime.fromtimestamp((finished / "result.json").stat().st_mtime, UTC).strftime("%Y-%m-%d")
    assert run.settings["corpus"]["path"] == mini.corpus.name
    assert str(mini.corpus.parent) not in json.dumps(run.settings)


def test_all_folds_of_an_experiment_are_taken_at_once(finished: Path, tmp_path: Path) -> None:
    for speaker in ("bob", "ann"):
        fold = shutil.copytree(finished, tmp_path / "folds" / speaker)
        recipe = parse_recipe((fold / "recipe.yaml").read_text(), "recipe")
        recipe = replace(recipe, corpus=replace(recipe.corpus, leave_out=speaker))
        (fold / "recipe.yaml").write_text(show_recipe(recipe))
    assert [run.key.name for run in gather_runs("name", tmp_path / "folds")] == ["ann-seed1", "bob-seed1"]


def test_a_folder_of_unrelated_runs_is_not_taken_for_folds(finished: Path) -> None:
    with pytest.raises(UsageError, match=r"the folder of a run, or of its folds, was wanted"):
        list(gather_runs("name", finished.parent))
    with pytest.raises(UsageError, match=r"gone: holds no recipe\.yaml"):
        list(gather_runs("name", finished / "gone"))


@pytest.mark.parametrize("content", [None, "{", "{}", '{"folds": {}}'])
def test_a_run_that_has_not_ended_is_refused(finished: Path, content: str | None) -> None:
    (finished / "result.json").unlink() if content is None else (finished / "result.json").write_text(content)
    with pytest.raises(UsageError, match=r"result\.json: not there or damaged, has the run ended\?"):
        list(gather_runs("name", finished))


def test_hypotheses_of_another_decoding_are_refused(finished: Path) -> None:
    table = finished / "hypotheses_test.tsv"
    lines = table.read_text().splitlines()
    table.write_text("\n".join([*lines[:-1], ""]))
    with pytest.raises(UsageError, match=r"hypotheses_test\.tsv: \d+ errors in \d+ words came, .* as in result\.json"):
        list(gather_runs("name", finished))


def test_a_setting_that_moves_the_weights_tells_a_run_from_its_listed_recipe(finished: Path, mini: Mini) -> None:
    (run,) = gather_runs("row", finished)

    def listed(*change: str) -> Ablation:
        task = Task(about="", metric="wer", recipe=str(mini.recipe_file), baseline="row", chosen="row")
        return Ablation(tasks={"t": task}, experiments={"row": Experiment(task="t", change=change)})

    assert other_settings(listed("title=other", "training.threads=2"), run, Path()) == []
    assert other_settings(listed("model.size=25"), run, Path()) == ["size: 24 there, size: 25 here"]
    younger = {key: value for key, value in run.settings.items() if key != "loss"}
    assert other_settings(listed(), replace(run, settings=younger), Path()) == []
    unknown = {**run.settings, "model": {**run.settings["model"], "gone": 1}}
    (fault,) = other_settings(listed(), replace(run, settings=unknown), Path())
    assert fault.startswith("model.gone: no such setting")
