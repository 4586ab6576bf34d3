"""The same recipe with one recurrent cell after another: same data, seed and budget of epochs.

Each cell is a run of its own in `run/<cell>`, so a comparison that was stopped goes on, and one asked for another cell
trains only that. A run has converged in the first epoch whose dev CER is within a tenth, relative, of its best one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from speechrnn.atomic import write_json
from speechrnn.errors import BundleError, RecipeError, TrainingError, UsageError
from speechrnn.model.acoustic import num_parameters
from speechrnn.model.operations import count_operations
from speechrnn.recipe import ModelConfig, Recipe
from speechrnn.recipe.rules import contradictions
from speechrnn.training.compare_curves import draw_comparison
from speechrnn.training.log import EpochRecord, read_log
from speechrnn.training.progress import Reporter
from speechrnn.training.result import Result
from speechrnn.training.run import train
from speechrnn.training.run_folder import RunResult
from speechrnn.training.system import load_system

COMPARISON_FILE: Final = "compare.json"
CELLS: Final[tuple[str, ...]] = get_args(get_type_hints(ModelConfig)["cell"])
"""Every cell there is, in the order of the recipe's setting."""
CONVERGED_FACTOR: Final = 1.1


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a learning curve: how long training had taken, and what dev gave. Rates in percent."""

    epoch: int
    steps: int
    minutes: float
    dev_cer: float
    dev_wer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """One cell's run. `operations` are multiply-accumulates per second of audio."""

    cell: str
    parameters: int
    operations: float
    training_minutes: float
    converged: Point
    result: Result
    curve: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All cells that were trained to the end; `failures` says why others were not."""

    name: str
    run: Path
    results: tuple[CellResult, ...]
    failures: dict[str, str]
    unreadable: int

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return {"name": self.name, "cells": [asdict(result) for result in self.results], "failures": self.failures}


def compare_cells(
    recipe: Recipe,
    cells: Sequence[str],
    data_directory: Path,
    run: Path,
    reporter: Reporter,
    *,
    restart: bool = False,
) -> Comparison:
    """Train a recipe once per cell into `run/<cell>`, and write `run/compare.json` and a picture of dev CER.

    A cell whose training fails is set aside, and the others go on.

    Args:
        recipe: the experiment; without folds.
        cells: values of model.cell.
        data_directory: holds the corpora.
        run: the folder of the comparison; made if absent.
        reporter: shown what happens.
        restart: throw away what the folder holds of earlier runs of these cells.

    Raises:
        UsageError: the recipe has folds, or a cell is unknown or named twice.
        RecipeError: a cell contradicts other settings.
        InterruptedRunError: the user stopped the run; it is saved.
    """
    recipes = recipes_of(recipe, cells)
    results: list[CellResult] = []
    failures: dict[str, str] = {}
    unreadable = 0
    for cell, own in recipes.items():
        reporter.say(f"cell {cell}: {len(results) + len(failures) + 1} of {len(recipes)}")
        try:
            finished = train(own, data_directory, run / cell, reporter, restart=restart)
            results.append(cell_result(cell, finished))
            unreadable = max(unreadable, finished.unreadable)
        except (TrainingError, BundleError) as error:
            failures[cell] = str(error)
    found = Comparison(name=recipe.name, run=run, results=tuple(results), failures=failures, unreadable=unreadable)
    write_json(run / COMPARISON_FILE, found.to_json())
    draw_comparison(run, f"{recipe.name}, seed {recipe.seed}", curves_of(found))
    return found


def recipes_of(recipe: Recipe, cells: Sequence[str]) -> dict[str, Recipe]:
    """Make each cell's recipe, checked before the first is trained.

    Raises:
        UsageError: the recipe has folds, or a cell is unknown or named twice.
        RecipeError: a cell contradicts other settings.
    """
    if recipe.corpus.folds:
        raise UsageError(
            f"{recipe.name}: cells are compared on one split, and corpus.folds came; "
            f"add 'corpus.folds=[]' corpus.leave_out={recipe.corpus.folds[0]}"
        )
    if wrong := [cell for cell in cells if cell not in CELLS or cells.count(cell) > 1] or (not cells and ["none"]):
        raise UsageError(f"--cells: {wrong[0]!r} came; each once, separated by commas, were wanted: {', '.join(CELLS)}")
    recipes = {
        cell: replace(recipe, name=f"{recipe.name}-{cell}", model=with_cell(recipe.model, cell)) for cell in cells
    }
    if faults := [f"model.cell={cell}: {fault}" for cell, own in recipes.items() for fault in contradictions(own)]:
        raise RecipeError(recipe.name, faults)
    return recipes


def with_cell(model: ModelConfig, cell: str) -> ModelConfig:
    """Change the cell, and nothing else."""
    return replace(model, cell=cell)  # type: ignore[arg-type]


def cell_result(cell: str, finished: RunResult) -> CellResult:
    """Gather what a finished run came to, from its folder."""
    system = load_system(finished.model)
    curve = learning_curve(read_log(finished.run))
    if not curve:
        raise TrainingError(f"{finished.run}: its log of epochs is gone; train this cell again with --restart")
    return CellResult(
        cell=cell,
        parameters=num_parameters(system.model),
        operations=count_operations(system.model, 1000 / system.recipe.features.frame_shift_ms).total,
        training_minutes=finished.minutes,
        converged=converged(curve),
        result=finished.result,
        curve=curve,
    )


def learning_curve(records: Sequence[EpochRecord]) -> tuple[Point, ...]:
    """Add up steps and minutes epoch by epoch."""
    steps = accumulate(record.steps for record in records)
    seconds = accumulate(record.seconds for record in records)
    return tuple(
        Point(record.epoch, step, second / 60, record.dev_cer, record.dev_wer)
        for record, step, second in zip(records, steps, seconds, strict=True)
    )


def converged(curve: Sequence[Point]) -> Point:
    """Find the first point whose dev CER is at most 1.1 times the curve's best; `curve` holds one point or more."""
    best = min(point.dev_cer for point in curve)
    return next(point for point in curve if point.dev_cer <= CONVERGED_FACTOR * best)


def curves_of(comparison: Comparison) -> dict[str, list[tuple[int, float, float]]]:
    """Give each cell's epochs, minutes and dev CER."""
    return {
        result.cell: [(point.epoch, point.minutes, point.dev_cer) for point in result.curve]
        for result in comparison.results
    }
