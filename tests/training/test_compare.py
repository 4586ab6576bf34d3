"""Cells side by side: one run each, figures from the runs' own files, and a table for people."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread
from rich.console import Console

from speechrnn.bundle.read import read_bundle
from speechrnn.errors import RecipeError, TrainingError, UsageError
from speechrnn.recipe import Recipe
from speechrnn.training import compare
from speechrnn.training.compare import CELLS, Comparison, Point, compare_cells, converged, learning_curve, recipes_of
from speechrnn.training.compare_curves import draw_comparison
from speechrnn.training.compare_table import HEAD, plain_lines, show_comparison
from speechrnn.training.log import read_log
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.training.test_log import RECORD

SHORT = "training.epochs=2", "model.dropout=0"


@pytest.fixture(scope="module")
def compared(mini: Mini, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two cells trained for two epochs each. Read only."""
    run = tmp_path_factory.mktemp("compared") / "run"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("speechrnn.training.run.draw_curves", lambda *arguments: None)
        return compare_cells(mini.recipe(*SHORT), ("rnn", "gru"), mini.data, run, Silent())


def test_each_cell_is_a_run_of_its_own_that_differs_in_the_cell_alone(compared: Comparison, mini: Mini) -> None:
    assert [result.cell for result in compared.results] == ["rnn", "gru"]
    settings = [read_bundle(compared.run / cell / "model.srnn").recipe_yaml().splitlines() for cell in ("rnn", "gru")]
    changed = [(a.split("#")[0].strip(), b.split("#")[0].strip()) for a, b in zip(*settings, strict=True) if a != b]
    assert changed == [("name: mini-rnn", "name: mini-gru"), ("cell: rnn", "cell: gru")]
    assert (compared.failures, compared.unreadable) == ({}, 0)


def test_figures_are_those_of_the_runs(compared: Comparison) -> None:
    for found in compared.results:
        values = json.loads((compared.run / found.cell / "result.json").read_text())
        assert found.result.to_json() == values["result"]
        assert (found.parameters, found.training_minutes) == (values["parameters"], values["training_minutes"])
        records = read_log(compared.run / found.cell)
        assert [point.dev_cer for point in found.curve] == [record.dev_cer for record in records]
        assert found.curve[-1].minutes == pytest.approx(found.training_minutes)
        assert found.curve[-1].steps == sum(record.steps for record in records) > len(records)


def test_weights_and_operations_of_one_layer_are_as_counted_by_hand(compared: Comparison) -> None:
    ceps, factor, size, labels, frames_per_second = 10, 2, 24, 6, 100
    for found, gates in zip(compared.results, (1, 3), strict=True):
        recurrent = 2 * gates * size * (factor * ceps + size)
        head = 2 * size * labels
        assert found.operations == frames_per_second / factor * (recurrent + head)
        biases, norm = 2 * gates * 2 * size, 2 * 2 * size
        assert found.parameters == recurrent + head + biases + norm + labels


def test_the_comparison_is_kept_as_json_and_as_a_picture(compared: Comparison) -> None:
    values = json.loads((compared.run / "compare.json").read_text())
    assert [cell["cell"] for cell in values["cells"]] == ["rnn", "gru"]
    assert values["cells"][0]["curve"][1]["epoch"] == 2
    assert values["cells"][0]["result"]["wer"] == compared.results[0].result.wer
    assert imread(compared.run / "compare.png")[..., :3].std() > 0.02


def test_what_was_compared_before_is_not_trained_again(
    compared: Comparison, mini: Mini, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("speechrnn.training.loop.Trainer._step", None)
    assert compare_cells(mini.recipe(*SHORT), ("rnn", "gru"), mini.data, compared.run, Silent()) == compared


def test_a_cell_that_fails_is_named_and_the_others_go_on(
    compared: Comparison, mini: Mini, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = compare.train

    def failing(recipe: Recipe, *arguments: Any, **options: Any) -> Any:
        if recipe.model.cell == "lstm":
            raise TrainingError("lstm: the loss is not finite")
        return train(recipe, *arguments, **options)

    monkeypatch.setattr(compare, "train", failing)
    found = compare_cells(mini.recipe(*SHORT), ("rnn", "lstm", "gru"), mini.data, compared.run, Silent())
    assert [result.cell for result in found.results] == ["rnn", "gru"]
    assert found.failures == {"lstm": "lstm: the loss is not finite"}
    assert json.loads((compared.run / "compare.json").read_text())["failures"] == found.failures


def test_every_cell_of_the_setting_is_there_to_compare(mini: Mini) -> None:
    assert {"rnn", "lstm", "gru"} <= set(CELLS)
    assert [mini.recipe(f"model.cell={cell}").model for cell in CELLS] == [
        one.model for one in recipes_of(mini.recipe(), CELLS).values()
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [(("rnn", "lsmt"), "'lsmt' came"), (("rnn", "gru", "rnn"), "'rnn' came; each once"), ((), "'none' came")],
)
def test_cells_that_are_not_there_or_stand_twice_are_refused(mini: Mini, cells: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=f"^--cells: {message}.*rnn, lstm, gru"):
        recipes_of(mini.recipe(), cells)


def test_folds_and_contradictions_are_refused_before_anything_is_trained(
    mini: Mini, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"corpus\.folds came; add 'corpus\.folds=\[\]' corpus\.leave_out=ann"):
        recipes_of(mini.recipe("corpus.folds=[ann, bob]"), ("rnn",))
    monkeypatch.setattr(compare, "contradictions", lambda recipe: ["model.x: y"] * (recipe.model.cell == "gru"))
    with pytest.raises(RecipeError, match=r"^mini: model\.cell=gru: model\.x: y$"):
        recipes_of(mini.recipe(), ("rnn", "gru"))


@pytest.mark.parametrize(
    ("errors", "epoch"), [([50, 11, 10.5, 10, 12], 2), ([50, 11.1, 10], 3), ([3], 1), ([4, 0, 0], 2), ([7, 7], 1)]
)
def test_a_run_has_converged_where_dev_is_first_within_a_tenth_of_its_best(errors: list[float], epoch: int) -> None:
    curve = [Point(number, 10 * number, float(number), cer, 0.0) for number, cer in enumerate(errors, start=1)]
    assert converged(curve) == curve[epoch - 1]


def test_steps_and_minutes_add_up_along_the_curve() -> None:
    records = [replace(RECORD, epoch=1, steps=7, seconds=30), replace(RECORD, epoch=2, steps=5, seconds=90)]
    assert learning_curve(records) == (Point(1, 7, 0.5, 10.0, 20.5), Point(2, 12, 2.0, 10.0, 20.5))


def shown(comparison: Comparison, terminal: bool) -> list[str]:
    out = io.StringIO()
    show_comparison(comparison, Console(file=out, force_terminal=terminal, width=300, color_system=None))
    return out.getvalue().splitlines()


def test_the_table_is_plain_in_a_pipe_and_drawn_on_a_terminal(compared: Comparison) -> None:
    lines = list(plain_lines(compared))
    assert [line.split()[0] for line in lines] == ["cell", "rnn", "gru"]
    assert len({len(line) for line in lines}) == 1
    found = compared.results[1]
    assert lines[2].split()[1:5] == [
        f"{found.parameters / 1e6:.2f}",
        f"{found.operations / 1e6:.1f}",
        f"{found.training_minutes:.1f}",
        f"{found.result.cer:.2f}",
    ]
    plain, drawn = shown(compared, terminal=False), shown(compared, terminal=True)
    assert plain[:3] == lines
    assert plain[-1] == f"files: {compared.run / 'compare.json'}, {compared.run / 'compare.png'}"
    assert plain[3:] == drawn[-3:]
    assert any("─" in line for line in drawn)
    assert all(any(word in line for line in drawn) for word in HEAD)
    assert not any("─" in line for line in plain)


def test_no_finished_cell_leaves_a_picture_without_curves(tmp_path: Path) -> None:
    draw_comparison(tmp_path, "nothing", {})
    assert (tmp_path / "compare.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
