"""`speechrnn prep NAME --help`: one corpus, what is known of it, and what its preparation can be told."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from speechrnn.corpora.bridge.entry import Entry
    from speechrnn.corpora.corpus import Corpus

_HELP: Final = ("--help", "-h")
_BYTES_PER_GB: Final = 10**9


class PrepCommand(TyperCommand):
    """Answers `--help` for the corpus that is named beside it, and for the command where none is."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look for a corpus before typer sees `--help`."""
        if any(word in _HELP for word in args) and (corpus := _named(args)) is not None:
            options = () if corpus.useless else ("\nOptions:", *self._options(ctx))
            typer.echo("\n".join([*describe_corpus(corpus), *options]))
            ctx.exit()
        return super().parse_args(ctx, args)

    def _options(self, ctx: Any) -> Iterator[str]:
        """Yield the options of the command, which go with every corpus."""
        for parameter in self.get_params(ctx):
            if (record := parameter.get_help_record(ctx)) is not None and parameter.opts[0].startswith("-"):
                yield f"  {record[0]:<26}{record[1]}"


def _named(args: Sequence[str]) -> "Corpus | None":
    """Return the first corpus that is named among the arguments."""
    from speechrnn.corpora.registry import all_corpora

    known = all_corpora()
    return next((known[word] for word in args if word in known), None)


def describe_corpus(corpus: "Corpus") -> Iterator[str]:
    """Yield the lines that tell all about one corpus."""
    from speechrnn.corpora.recipe_use import recipes_by_corpus

    yield f"{corpus.name}: {corpus.title}"
    yield ""
    yield from (f"  {name:<10}{value}" for name, value in _facts(corpus) if value)
    if corpus.useless:
        yield f"\nNo recogniser can be trained on it: {corpus.useless}."
        return
    if corpus.note:
        yield f"\n  Note: {corpus.note}."
    yield "\nCommands:"
    yield from (f"  {line}" for line in _commands(corpus, recipes_by_corpus().get(corpus.name, ())))
    if lines := list(_settings(corpus)):
        yield "\nSettings, as KEY=VALUE after the name:"
        yield from (f"  {line}" for line in lines)


def _facts(corpus: "Corpus") -> Iterator[tuple[str, str]]:
    """Yield what is known; an empty text stands for what is not."""
    from speechrnn.corpora.language_name import language_name

    tags = [corpus.language] if isinstance(corpus.language, str) else corpus.language or ()
    yield "language", ", ".join("any" if tag == "*" else f"{language_name(tag)} ({tag})" for tag in tags)
    yield "hours", "" if corpus.hours is None else f"{corpus.hours:g}"
    yield "speakers", "" if corpus.num_speakers is None else str(corpus.num_speakers)
    yield "size", "" if corpus.num_bytes is None else f"{corpus.num_bytes / _BYTES_PER_GB:.2g} GB to download"
    yield "licence", corpus.licence or "not stated here; its page may say"
    yield "access", corpus.access
    yield "folder", " or ".join(corpus.folders)
    yield "url", corpus.url


def _commands(corpus: "Corpus", recipes: Iterable[str]) -> Iterator[str]:
    """Yield what to type."""
    command = f"speechrnn prep {corpus.name}"
    if corpus.language is not None and not isinstance(corpus.language, str) and "language" in corpus.takes:
        command += " language=TAG"
    if corpus.access == "download":
        yield f"{command} --download"
    yield command if corpus.folders else f"{command} --path DIR"
    if corpus.folders and "path" in corpus.takes:
        yield f"{command} --path DIR"
    yield from (f"speechrnn train recipes/{recipe}.yaml" for recipe in recipes)


def _settings(corpus: "Corpus") -> Iterator[str]:
    """Yield the settings that this corpus takes, with the recipe's own comments."""
    from typing import get_type_hints

    from speechrnn.recipe import CorpusConfig
    from speechrnn.recipe.section import Help

    hints = get_type_hints(CorpusConfig, include_extras=True)
    names = ["leave_out"] if corpus.can_leave_out else []
    names += ["dev_fraction", "split_seed"] if corpus.draws_split else []
    for name in [*names, *(name for name in corpus.takes if name != "options")]:
        text = next(mark.text for mark in hints[name].__metadata__ if isinstance(mark, Help))
        yield f"{name}=VALUE  {text.removeprefix('corpus `folder` only: ')}"
    if corpus.entry is not None:
        yield from _options(corpus.entry)


def _options(entry: "Entry") -> Iterator[str]:
    """Yield what lhotse's function takes, by its own names and in its own words."""
    from speechrnn.corpora.bridge.signature import read_functions

    function = read_functions(entry.module)[entry.function]
    if entry.splits:
        yield "Parts: " + ", ".join(f"{part} ({split})" for part, split in entry.splits.items())
    if entry.transcript != "text":
        yield f"Transcript: {entry.transcript}, as lhotse calls it"
    for parameter in function.in_role("option"):
        value = entry.options.get(parameter.name, parameter.default)
        default = "" if parameter.is_required and value is None else f" (default {value!r})"
        yield f"options.{parameter.name}=VALUE{default}  {parameter.help}".rstrip()
