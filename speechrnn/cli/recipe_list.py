"""`speechrnn recipe list`: what each recipe of a folder trains on, how long it takes and how far it gets."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from speechrnn.cli.corpus_words import in_gigabytes, in_words, languages_of
from speechrnn.cli.table import Table, print_table
from speechrnn.errors import RecipeError, UsageError

if TYPE_CHECKING:
    from speechrnn.recipe import Recipe

_TABLE: Final = Table(
    headings=("recipe", "corpus", "language", "hours", "GB", "M weights", "minutes", "promise", "measured"),
    numbers=frozenset({"hours", "GB", "M weights", "minutes"}),
    widest={"language": 16},
    dispensable=("M weights", "language", "GB", "corpus", "promise", "hours"),
    elastic="measured",
)
_LEGEND: Final = (
    "hours of speech in train; GB to download; minutes of training as measured, after ~ as estimated for one CPU core"
)
_DIGITS: Final = 2  # of an estimate


def show_recipes(folder: Path, as_json: bool) -> bool:
    """Print the recipes at and below `folder`: a table on a terminal, tab-separated lines in a pipe.

    Returns:
        Whether all of them are legal; the faults of the others are on stderr.

    Raises:
        UsageError: there is none.
    """
    paths = sorted(folder.glob("**/*.yaml"))
    if not paths:
        raise UsageError(f"{folder}: no recipes (*.yaml) there; give the folder that holds them")
    found = list(_read(paths))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        if found:
            print_table(_TABLE, [[fact["name"], *_cells(fact), fact["measured"]] for fact in found])
        typer.echo(f"{_LEGEND}\n{len(found)} recipes; `speechrnn recipe show {folder}/NAME.yaml` says more of one")
    else:
        for fact in found:
            typer.echo("\t".join([fact["path"], fact["title"], fact["measured"], *_cells(fact)]))
    return len(found) == len(paths)


def _read(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield what is to be said of each recipe; one that cannot be used is named on stderr instead."""
    from speechrnn.recipe.load import load_recipe

    for path in paths:
        try:
            yield _facts(path, load_recipe(path))
        except (RecipeError, UsageError) as error:
            for line in str(error).splitlines():
                typer.echo(f"error: {line}", err=True)


def _facts(path: Path, recipe: "Recipe") -> dict[str, Any]:
    """Collect what `--json` says of a recipe; null stands for what nobody knows."""
    from speechrnn.corpora.registry import find_corpus
    from speechrnn.recipe.cost import network_cost
    from speechrnn.recipe.minutes import expected_minutes

    try:
        corpus = find_corpus(recipe.corpus.name)
    except UsageError as error:
        raise UsageError(f"{path}: corpus.name: {error}") from error
    expected, minutes = recipe.expected, expected_minutes(recipe)
    return {
        "name": recipe.name,
        "path": str(path),
        "title": " ".join(recipe.title.split()),
        "corpus": corpus.name,
        "languages": languages_of(corpus) if recipe.corpus.language is None else [recipe.corpus.language],
        "train_hours": expected.train_hours,
        "corpus_hours": corpus.hours,
        "corpus_bytes": corpus.num_bytes,
        "access": corpus.access,
        "weights": network_cost(recipe.features, recipe.model).num_weights,
        "minutes": None if minutes is None else minutes[0],
        "minutes_are": None if minutes is None else "estimated" if minutes[1] else "measured",
        "machine": expected.machine or None,
        "split": expected.split,
        "metric": expected.metric,
        "at_most": expected.at_most,
        "measured": " ".join(expected.measured.split()),
        "bar": " ".join(expected.bar.split()) or None,
    }


def _cells(fact: dict[str, Any]) -> list[str]:
    """Put into words what stands between a recipe's name and its measured result; what nobody knows is left empty."""
    hours = fact["corpus_hours"] if fact["train_hours"] is None else fact["train_hours"]
    promise = "" if fact["at_most"] is None else f"{fact['metric']} ≤ {fact['at_most']:g} on {fact['split']}"
    return [
        fact["corpus"],
        in_words(fact["languages"] or ()),
        "" if hours is None else f"{hours:g}",
        in_gigabytes(fact["corpus_bytes"]),
        f"{fact['weights'] / 1e6:.1f}",
        _minutes(fact),
        promise,
    ]


def _minutes(fact: dict[str, Any]) -> str:
    """Write measured minutes as they are, and two digits of estimated ones."""
    minutes = fact["minutes"]
    if minutes is None:
        return ""
    return f"{minutes:g}" if fact["minutes_are"] == "measured" else f"~{float(f'{minutes:.{_DIGITS}g}'):.0f}"
