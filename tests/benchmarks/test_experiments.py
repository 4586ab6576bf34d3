"""The declared experiments: each can be run, each changes something, faults are named."""

from pathlib import Path

import pytest
from accuracy.experiments import Experiment, RunKey, read_ablation

from speechrnn.errors import UsageError
from speechrnn.training.run_folder import differences
from tests.benchmarks.conftest import BENCHMARKS

ROOT = BENCHMARKS.parent
ABLATION = read_ablation(BENCHMARKS / "ablation.yaml")
CHANGED = {name: one for name, one in ABLATION.experiments.items() if one.change and one.recipe is None}

LIST = """
tasks:
  t: {about: words, metric: wer, recipe: r.yaml, baseline: plain, chosen: best, bars: {rate_at_most: 5}}
experiments:
  plain: {task: t}
  best: {task: t, change: [model.size=8], splits: [0, 1], seeds: [1, 2]}
"""


def test_runs_are_every_part_with_every_seed() -> None:
    keys = Experiment(task="t", splits=(0, 2), seeds=(1, 3)).keys()
    assert [key.name for key in keys] == ["split0-seed1", "split0-seed3", "split2-seed1", "split2-seed3"]
    assert [key.name for key in Experiment(task="t", folds=("ann", "bob")).keys()] == ["ann-seed1", "bob-seed1"]
    assert RunKey(2, "ann", 1).name == "ann-split2-seed1"


@pytest.mark.parametrize("name", ABLATION.experiments)
def test_every_listed_run_is_a_recipe_of_that_part_and_seed(name: str) -> None:
    for key in ABLATION.experiments[name].keys():
        recipe = ABLATION.resolved(name, key, ROOT)
        assert (recipe.corpus.split_seed, recipe.corpus.leave_out, recipe.seed) == (key.split, key.left_out, key.seed)
        assert (recipe.name, recipe.corpus.folds) == (name, ())


@pytest.mark.parametrize("name", CHANGED)
def test_every_change_changes_a_setting_of_the_baseline_and_no_two_rows_are_one(name: str) -> None:
    experiment = ABLATION.experiments[name]
    key = experiment.keys()[0]
    baseline = ABLATION.resolved(ABLATION.tasks[experiment.task].baseline, key, ROOT)
    changed = differences(baseline, ABLATION.resolved(name, key, ROOT))
    assert len(changed) == 1 + len(experiment.change), "the name, and one line for each change"
    same = {other for other, one in CHANGED.items() if (one.task, one.change) == (experiment.task, experiment.change)}
    assert same == {name}


def test_the_bars_of_the_list_are_those_the_project_set_itself() -> None:
    bars = {name: task.bars for name, task in ABLATION.tasks.items()}
    assert (bars["an4"].rate_at_most, bars["an4"].gain_at_least, bars["an4"].p_below) == (7, 15, 0.05)
    assert bars["fsdd_loso"].rate_at_most == 20
    assert bars["mboshi"].gain_at_least == 20


def test_a_list_reads_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text(LIST)
    ablation = read_ablation(tmp_path / "list.yaml")
    assert ablation.tasks["t"].bars.rate_at_most == 5
    assert ablation.experiments["best"] == Experiment(task="t", change=("model.size=8",), splits=(0, 1), seeds=(1, 2))
    recipe, overrides = ablation.recipe_of("best", RunKey(1, None, 2), tmp_path)
    assert recipe == tmp_path / "r.yaml"
    assert overrides == (
        "model.size=8",
        "corpus.folds=[]",
        "corpus.leave_out=null",
        "corpus.split_seed=1",
        "seed=2",
        "name=best",
    )


def test_what_a_task_changes_comes_before_what_its_experiments_change(tmp_path: Path) -> None:
    text = LIST.replace("baseline: plain,", "baseline: plain, change: [model.size=16, training.epochs=2],")
    (tmp_path / "list.yaml").write_text(text)
    ablation = read_ablation(tmp_path / "list.yaml")
    key = RunKey(0, None, 1)
    assert ablation.recipe_of("plain", key, tmp_path)[1][:2] == ("model.size=16", "training.epochs=2")
    assert ablation.recipe_of("best", key, tmp_path)[1][:3] == ("model.size=16", "training.epochs=2", "model.size=8")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("chosen: best", "chosen: gone", r"list\.yaml: tasks\.t\.chosen: 'gone' came, an experiment of this task"),
        (
            "plain: {task: t}",
            "plain: {task: u}",
            r"tasks\.t\.baseline: 'plain' came(.|\n)*task: 'u' came, one of t was",
        ),
        ("seeds: [1, 2]", "seeds: [1, 1]", r"experiments\.best: a split, speaker or seed stands twice"),
        ("plain: {task: t}", "plain: {task: t, sizes: [1]}", r"experiments\.plain\.sizes: Unexpected keyword argument"),
        ("rate_at_most: 5", "rate_at_most: low", r"bars\.rate_at_most: Input should be a valid number"),
    ],
)
def test_a_fault_of_the_list_is_named(tmp_path: Path, before: str, after: str, message: str) -> None:
    (tmp_path / "list.yaml").write_text(LIST.replace(before, after))
    with pytest.raises(UsageError, match=message):
        read_ablation(tmp_path / "list.yaml")


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"list\.yaml: cannot be read \(.*No such file"):
        read_ablation(tmp_path / "list.yaml")
    (tmp_path / "list.yaml").write_text("tasks: [")
    with pytest.raises(UsageError, match=r"list\.yaml: cannot be read \(while parsing"):
        read_ablation(tmp_path / "list.yaml")
