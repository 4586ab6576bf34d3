"""`speechrnn prep describe NAME --recipe FILE`: what the recipe's normalisation makes of the transcripts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from speechrnn.cli.prep_words import corpus_settings
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.describe_text import Example
    from speechrnn.corpora.prepare import PreparedCorpus
    from speechrnn.recipe import CorpusConfig, Recipe


def check_recipe_option(name: str, is_describe: bool, recipe: Path | None) -> None:
    """Refuse `--recipe` without `describe`, before any work.

    Raises:
        UsageError: it goes with nothing else.
    """
    if recipe is not None and not is_describe:
        raise UsageError(f"prep {name}: --recipe goes with `prep describe {name}`")


def read_settings(
    path: Path | None, name: str, words: Sequence[str], leave_out: str | None, place: str | None
) -> "tuple[CorpusConfig, Recipe | None]":
    """Read the settings of a corpus, and the recipe that describes its transcripts, if one is named.

    The settings are the recipe's where it trains on that corpus, changed by what the command says; else the command's.

    Args:
        path: the recipe, or None.
        name: of the corpus to describe.
        words: `KEY=VALUE` of the command; with a recipe, settings `text.KEY=VALUE` of its own among them.
        leave_out: of `--leave-out`, or None.
        place: of `--path`, or None.

    Raises:
        UsageError: there is no such recipe, a setting of one came without it, or nobody can write out numbers in the
            language it names.
        RecipeError: with every fault of the recipe or of the words.
        MissingDependencyError: it writes numbers out, and num2words is not installed.
    """
    if path is None:
        if stray := next((word for word in words if word.startswith("text.")), None):
            raise UsageError(
                f"prep {name}: {stray} is a setting of a recipe, none of the corpus; "
                f"`prep describe {name} --recipe FILE {stray}` shows what it makes of the transcripts"
            )
        return corpus_settings(name, words, leave_out, place), None
    from speechrnn.recipe.load import load_recipe
    from speechrnn.text.normalize import pipeline

    spelling = [word for word in words if word.startswith("text.")]
    words = [word for word in words if word not in spelling]
    recipe = load_recipe(path, spelling)
    pipeline(recipe.text)  # what it lacks is said before the corpus is read
    if recipe.corpus.name != name:
        typer.echo(
            f"note: {path} trains on {recipe.corpus.name}; of {name} it only normalises the transcripts", err=True
        )
        return corpus_settings(name, words, leave_out, place), recipe
    corpus = load_recipe(path, [f"corpus.{word}" for word in words]).corpus
    return replace(corpus, leave_out=leave_out or corpus.leave_out, path=place or corpus.path), recipe


def text_lines(prepared: "PreparedCorpus", recipe: "Recipe") -> Iterator[str]:
    """Say how many transcripts each step changes, show ten before and after, and name the characters left."""
    from speechrnn.corpora.describe_text import describe_text

    found = describe_text(prepared, recipe.text, recipe.seed)
    changes = ", ".join(f"{name} {count}" for name, count in found.changed.items())
    yield f"normalised by {recipe.name}, of {found.transcripts} transcripts changed by: {changes}"
    if found.emptied:
        yield f"nothing is left of {found.emptied} transcripts; training sets them aside"
    for example in found.examples:
        yield from _before_and_after(example)
    yield f"characters left: {' '.join(f'{character!r}:{n}' for character, n in found.characters.most_common())}"


def _before_and_after(example: "Example") -> Iterator[str]:
    yield f"  {example.utterance_id} ({', '.join(example.steps) or 'unchanged'})"
    yield f"    before  {_shown(example.before)}"
    yield f"    after   {_shown(example.after)}"


def _shown(text: str) -> str:
    """Show what could not be seen, such as tabs and no-break spaces, as Python spells it."""
    return text if text.isprintable() else repr(text)
