"""`speechrnn train`: a recipe in, a finished run folder out."""

from pathlib import Path
from typing import Annotated

import typer


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
) -> None:
    """Train a recipe, or go on where its run was stopped.

    Prepares the corpus if need be, checks every utterance, trains, scores, and writes the model file.

    [bold]speechrnn train recipes/yesno.yaml[/]
    [bold]speechrnn train recipes/fsdd.yaml seed=2 name=fsdd-2[/]
    """
    from speechrnn.recipe.load import load_recipe

    checked = load_recipe(recipe, overrides or [])
    # Only now what takes seconds to import: a fault of the recipe shows at once.
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.folds import train_with_folds
    from speechrnn.training.progress import reporting

    folder = run or Path("runs") / checked.name
    with reporting() as reporter:
        outcome = train_with_folds(checked, data_directory(data), folder, reporter, restart=restart)
    for line in outcome.lines:
        typer.echo(line)
    if outcome.unreadable:
        typer.echo(f"error: {outcome.unreadable} utterances could not be read and were left out", err=True)
        raise typer.Exit(1)
