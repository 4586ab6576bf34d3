"""`speechrnn prep --list`: every corpus, or those that a few words describe."""

import json
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.corpus import Corpus

_MOST_LANGUAGES: Final = 4
_BYTES_PER_GB: Final = 10**9
_HEADINGS: Final = ("corpus", "title", "language", "hours", "speakers", "GB", "licence", "access", "recipes")
_NUMBERS: Final = (3, 4, 5)
_WIDEST: Final = {"title": 28, "language": 16, "licence": 14, "recipes": 20}
_DISPENSABLE: Final = ("recipes", "licence", "GB", "speakers", "language")
_GAP: Final = "  "


def list_corpora(words: Sequence[str], as_json: bool) -> None:
    """Print the corpora that all of `words` describe: a table on a terminal, tab-separated lines in a pipe.

    Raises:
        UsageError: there is none.
    """
    from speechrnn.corpora.recipe_use import recipes_by_corpus
    from speechrnn.corpora.registry import all_corpora

    recipes = recipes_by_corpus()
    facts = [_facts(corpus, recipes.get(corpus.name, ())) for corpus in all_corpora().values()]
    found = [fact for fact in facts if all(word.lower() in _searched(fact) for word in words)]
    if not found:
        raise UsageError(f"prep --list {' '.join(words)}: no corpus is described by that; try fewer words")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        for fact in found:
            typer.echo("\t".join(_cells(fact)))


def _facts(corpus: "Corpus", recipes: tuple[str, ...]) -> dict[str, Any]:
    """Collect what `--json` says of a corpus; null stands for what nobody knows."""
    languages = [corpus.language] if isinstance(corpus.language, str) else corpus.language
    return {
        "name": corpus.name,
        "title": corpus.title,
        "languages": None if languages is None else list(languages),
        "hours": corpus.hours,
        "speakers": corpus.num_speakers,
        "bytes": corpus.num_bytes,
        "licence": corpus.licence or None,
        "access": corpus.access,
        "useless": corpus.useless or None,
        "recipes": list(recipes),
        "url": corpus.url or None,
    }


def _searched(fact: dict[str, Any]) -> str:
    """Return the text that words are looked for in."""
    from speechrnn.corpora.language_name import language_name

    named = [f"{tag} {language_name(tag)}" for tag in fact["languages"] or ()]
    text = [fact["name"], fact["title"], fact["licence"] or "", fact["access"], *named, *fact["recipes"]]
    return " ".join(text).lower()


def _cells(fact: dict[str, Any]) -> list[str]:
    """Put the facts of one corpus into words; what nobody knows is left empty."""
    from speechrnn.corpora.language_name import language_name

    tags = fact["languages"] or []
    names = [language_name(tag) for tag in tags] if len(tags) <= _MOST_LANGUAGES else [f"{len(tags)} languages"]
    return [
        fact["name"],
        fact["title"],
        ", ".join("any" if name == "*" else name for name in names),
        "" if fact["hours"] is None else f"{fact['hours']:g}",
        "" if fact["speakers"] is None else str(fact["speakers"]),
        "" if fact["bytes"] is None else f"{fact['bytes'] / _BYTES_PER_GB:.2g}",
        fact["licence"] or "",
        "unfit" if fact["useless"] else fact["access"],
        ", ".join(fact["recipes"]),
    ]


def _print_table(facts: Sequence[dict[str, Any]]) -> None:
    """Print for whoever reads it on a screen, a line each; what is cut or left out there, help says in full."""
    rows = [_HEADINGS, *map(_cells, facts)]
    widths = _widths(rows, shutil.get_terminal_size().columns)
    for row in rows:
        line = _GAP.join(_fit(row[column], width, column in _NUMBERS) for column, width in widths.items()).rstrip()
        typer.echo(line)
    typer.echo(f"{len(facts)} corpora; `speechrnn prep NAME --help` says more of one")


def _widths(rows: Sequence[Sequence[str]], room: int) -> dict[int, int]:
    """Choose how wide each column is: without those of nothing, nor the least needed ones where there is no room."""
    widths = {
        column: min(max(len(row[column]) for row in rows), _WIDEST.get(heading, room))
        for column, heading in enumerate(_HEADINGS)
        if any(row[column] for row in rows[1:])
    }
    for dispensable in _DISPENSABLE:
        if sum(widths.values()) + len(_GAP) * len(widths) > room:
            widths.pop(_HEADINGS.index(dispensable), None)
    return widths


def _fit(text: str, width: int, is_number: bool) -> str:
    """Fill a cell, or cut what does not fit into it."""
    cut = text if len(text) <= width else f"{text[: width - 1]}…"
    return cut.rjust(width) if is_number else cut.ljust(width)
