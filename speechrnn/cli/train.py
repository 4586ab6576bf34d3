"""`speechrnn train`: a recipe in, a finished run folder out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from speechrnn.recipe import Recipe


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe file (YAML).", metavar="RECIPE")],
    overrides: Annotated[
        list[str] | None,
        typer.Argument(help="Settings to change, for example training.epochs=10 seed=2.", metavar="KEY=VALUE"),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    run: Annotated[Path | None, typer.Option(help="Run folder; else runs/<recipe name>.")] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Throw away what the run folder holds and start over.")
    ] = False,
    compare_cells: Annotated[
        bool, typer.Option("--compare-cells", help="Train once per recurrent cell and print a table of them.")
    ] = False,
    cells: Annotated[
        str | None, typer.Option(help="The cells to compare, separated by commas; else all.", metavar="CELL,CELL")
    ] = None,
) -> None:
    """Train a recipe, or go on where its run was stopped.

    Prepares the corpus if need be, checks every utterance, trains, scores, and writes the model file.

    [bold]speechrnn train recipes/yesno.yaml[/]
    [bold]speechrnn train recipes/fsdd.yaml seed=2 name=fsdd-2[/]
    [bold]speechrnn train recipes/fsdd.yaml --compare-cells --cells rnn,lstm,gru --run runs/cells[/]
    """
    from speechrnn.errors import UsageError
    from speechrnn.recipe.load import load_recipe

    if cells is not None and not compare_cells:
        raise UsageError("--cells: names the cells of --compare-cells, which was not given; model.cell=... sets one")
    checked = load_recipe(recipe, overrides or [])
    # Only now what takes seconds to import: a fault of the recipe shows at once.
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.folds import train_with_folds
    from speechrnn.training.progress import reporting

    folder = run or Path("runs") / checked.name
    if compare_cells:
        _compare(checked, cells, data_directory(data), folder, restart)
        return
    with reporting() as reporter:
        outcome = train_with_folds(checked, data_directory(data), folder, reporter, restart=restart)
    for line in outcome.lines:
        typer.echo(line)
    _end(outcome.unreadable)


def _compare(recipe: "Recipe", cells: str | None, data: Path, run: Path, restart: bool) -> None:
    """Train once per cell, print the table, and name the cells that failed."""
    from rich.console import Console

    from speechrnn.training.compare import CELLS, compare_cells
    from speechrnn.training.compare_table import show_comparison
    from speechrnn.training.progress import reporting

    wanted = CELLS if cells is None else tuple(cell.strip() for cell in cells.split(","))
    with reporting() as reporter:
        comparison = compare_cells(recipe, wanted, data, run, reporter, restart=restart)
    show_comparison(comparison, Console())
    for cell, reason in comparison.failures.items():
        typer.echo(f"error: {cell}: {reason}", err=True)
    _end(comparison.unreadable, failed=bool(comparison.failures))


def _end(unreadable: int, failed: bool = False) -> None:
    """Leave with exit code 1 when some input failed."""
    if unreadable:
        typer.echo(f"error: {unreadable} utterances could not be read and were left out", err=True)
    if unreadable or failed:
        raise typer.Exit(1)
