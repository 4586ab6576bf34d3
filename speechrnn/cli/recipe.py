"""`speechrnn recipe`: look at recipes, and hold them to their results."""

from pathlib import Path
from typing import Annotated

import typer

recipe = typer.Typer(help="Show, list and check recipes.", no_args_is_help=True, rich_markup_mode="rich")

RECIPES = Annotated[list[Path], typer.Argument(help="Recipe files (YAML).", metavar="RECIPE...")]


@recipe.command()
def show(
    path: Annotated[Path, typer.Argument(help="Recipe file (YAML).", metavar="RECIPE")],
    overrides: Annotated[list[str] | None, typer.Argument(help="Settings to change.", metavar="KEY=VALUE")] = None,
) -> None:
    """Print every setting of a recipe, defaults included, each with a comment."""
    from speechrnn.recipe.load import load_recipe
    from speechrnn.recipe.show import show_recipe

    typer.echo(show_recipe(load_recipe(path, overrides or [])), nl=False)


@recipe.command(name="list")
def list_recipes(
    folder: Annotated[Path, typer.Argument(help="Folder of recipes.")] = Path("recipes"),
    as_json: Annotated[bool, typer.Option("--json", help="All facts, as JSON.")] = False,
) -> None:
    """List the recipes of a folder: corpus and size, minutes of training, what they promise and what was measured."""
    from speechrnn.cli.recipe_list import show_recipes

    if not show_recipes(folder, as_json):
        raise typer.Exit(1)


@recipe.command()
def check(
    paths: RECIPES,
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    runs: Annotated[Path, typer.Option(help="Folder for the runs.")] = Path("runs"),
) -> None:
    """Train each recipe and fail when a result is worse than the recipe says."""
    from speechrnn.recipe.load import load_recipe

    recipes = [load_recipe(path) for path in paths]
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.folds import check_recipe
    from speechrnn.training.progress import reporting

    kept = []
    for path, loaded in zip(paths, recipes, strict=True):
        with reporting() as reporter:
            verdict = check_recipe(loaded, data_directory(data), runs / loaded.name, reporter)
        typer.echo(f"{'ok' if verdict.kept else 'WORSE'}  {path}: {verdict.line}")
        kept.append(verdict.kept)
    if not all(kept):
        raise typer.Exit(1)
