"""`speechrnn prep --list`: every corpus, or those that a few words describe."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from speechrnn.cli.corpus_words import in_gigabytes, in_words, languages_of
from speechrnn.cli.table import Table, print_table
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.corpus import Corpus

_TABLE: Final = Table(
    headings=("corpus", "title", "language", "hours", "speakers", "GB", "licence", "access", "recipes"),
    numbers=frozenset({"hours", "speakers", "GB"}),
    widest={"title": 28, "language": 16, "licence": 14, "recipes": 20},
    dispensable=("recipes", "licence", "GB", "speakers", "language"),
)


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
        print_table(_TABLE, [_cells(fact) for fact in found])
        typer.echo(f"{len(found)} corpora; `speechrnn prep NAME --help` says more of one")
    else:
        for fact in found:
            typer.echo("\t".join(_cells(fact)))


def _facts(corpus: "Corpus", recipes: tuple[str, ...]) -> dict[str, Any]:
    """Collect what `--json` says of a corpus; null stands for what nobody knows."""
    return {
        "name": corpus.name,
        "title": corpus.title,
        "languages": languages_of(corpus),
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
    return [
        fact["name"],
        fact["title"],
        in_words(fact["languages"] or ()),
        "" if fact["hours"] is None else f"{fact['hours']:g}",
        "" if fact["speakers"] is None else str(fact["speakers"]),
        in_gigabytes(fact["bytes"]),
        fact["licence"] or "",
        "unfit" if fact["useless"] else fact["access"],
        ", ".join(fact["recipes"]),
    ]
