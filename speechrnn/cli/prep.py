"""`speechrnn prep`: check a corpus and write its manifests; or only check it, describe it, list what there is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from speechrnn.cli.progress_bar import with_progress
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.prepare import PreparedCorpus
    from speechrnn.corpora.problem import Problem
    from speechrnn.recipe import CorpusConfig

_MOST_SHOWN: Final = 20
_SUBCOMMANDS: Final = ("validate", "describe")


def prep(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[validate|describe] CORPUS", help="A corpus, as --list names it.", show_default=False),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of corpora; by default $SPEECHRNN_DATA, else ./data.")
    ] = None,
    leave_out: Annotated[
        str | None, typer.Option("--leave-out", help="Test on this speaker, train on the others.")
    ] = None,
    path: Annotated[
        Path | None, typer.Option("--path", help="Corpus folder only: directory of audio, or CSV/TSV/JSONL table.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Prepare again even when nothing changed.")] = False,
    download: Annotated[bool, typer.Option("--download", help="Fetch the corpus first if it is not there.")] = False,
    mirror: Annotated[
        str | None, typer.Option("--mirror", help="With --download: https address or folder that holds the archive.")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the corpora and stop.")] = False,
) -> None:
    """Check every recording of a corpus, split it, and write lhotse manifests to DIR/manifests/CORPUS.

    Recordings that cannot be used are named, set aside in set_aside.jsonl and counted; the rest is prepared.
    [bold]validate[/] only checks and writes no manifests; [bold]describe[/] counts hours, speakers, words, characters.
    Exit code 0: everything is usable; 1: something was set aside; 2: no such corpus or path.

    [bold]speechrnn prep --list[/]

    [bold]speechrnn prep spoken_digits[/]

    [bold]speechrnn prep yesno --download[/]

    [bold]speechrnn prep fsdd --leave-out theo --data ~/corpora[/]

    [bold]speechrnn prep folder --path my/recordings.csv[/]

    [bold]speechrnn prep validate yesno[/]

    [bold]speechrnn prep describe yesno[/]
    """
    if show_list:
        return _list()
    subcommand, name = _parse(words or [])
    from speechrnn.recipe import CorpusConfig

    if mirror is not None and not download:
        raise UsageError(f"prep {name}: --mirror {mirror} only says where --download looks; give both")
    if download:
        _obtain(name, data, mirror)
    config = CorpusConfig(name=name, leave_out=leave_out, path=None if path is None else str(path))
    if subcommand == "validate":
        _validate(config, data)
    elif subcommand == "describe":
        _describe(_prepare(config, data, force))
    else:
        _summarise(_prepare(config, data, force))


def _parse(words: list[str]) -> tuple[str, str]:
    """Read `[validate|describe] CORPUS`."""
    subcommand = words[0] if words and words[0] in _SUBCOMMANDS else ""
    names = words[1:] if subcommand else words
    if len(names) != 1:
        came = " ".join(names) or "none"
        raise UsageError(
            f"prep {subcommand}".rstrip() + f": wanted one corpus, came {came}; see `speechrnn prep --list`"
        )
    return subcommand, names[0]


def _list() -> None:
    """Print one line per corpus."""
    from speechrnn.corpora.registry import CORPORA

    width = max(map(len, CORPORA))
    for corpus in CORPORA.values():
        typer.echo(f"{corpus.name:<{width}}  {corpus.title} ({corpus.size}; {corpus.licence}) {corpus.url}".rstrip())


def _obtain(name: str, data: Path | None, mirror: str | None) -> None:
    """Download with progress on stderr."""
    from speechrnn.corpora.obtain import obtain_corpus
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.corpora.registry import find_corpus

    corpus = find_corpus(name)
    folder = with_progress(lambda progress: obtain_corpus(corpus, data_directory(data), mirror, progress))
    typer.echo(f"corpus in {folder}", err=True)


def _prepare(config: "CorpusConfig", data: Path | None, force: bool) -> "PreparedCorpus":
    """Prepare with progress on stderr."""
    from speechrnn.corpora.prepare import data_directory, prepare_corpus

    return with_progress(lambda progress: prepare_corpus(config, data_directory(data), force=force, progress=progress))


def _summarise(prepared: "PreparedCorpus") -> None:
    """Print one line per split and where the manifests are, then what was set aside."""
    for split, counts in prepared.info["splits"].items():
        typer.echo(f"{split}\t{counts['utterances']} utterances\t{counts['seconds'] / 60:.1f} min")
    typer.echo(f"manifests\t{prepared.directory}")
    _report(prepared.set_aside, f"all of them in {prepared.directory / 'set_aside.jsonl'}")


def _validate(config: "CorpusConfig", data: Path | None) -> None:
    """Check, print every fault on stderr and a count on stdout."""
    from speechrnn.corpora.prepare import data_directory, validate_corpus

    checked = with_progress(lambda progress: validate_corpus(config, data_directory(data), progress))
    typer.echo(f"{len(checked.utterances)} utterances usable, {len(checked.problems)} not")
    _report(checked.problems, "")


def _report(problems: "tuple[Problem, ...]", where_all_are: str) -> None:
    """Name what was set aside, and leave with exit code 1 if anything was.

    With `where_all_are` only the first faults are printed; without, every one.
    """
    if not problems:
        return
    shown = problems[:_MOST_SHOWN] if where_all_are else problems
    for problem in shown:
        typer.echo(f"error: {problem.path}: {problem.reason} [{problem.kind}]", err=True)
    if len(shown) < len(problems):
        typer.echo(f"error: and {len(problems) - len(shown)} more; {where_all_are}", err=True)
    from collections import Counter

    counts = Counter(problem.kind for problem in problems)
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    typer.echo(f"set aside: {len(problems)} ({summary}); the rest is usable", err=True)
    raise typer.Exit(1)


def _describe(prepared: "PreparedCorpus") -> None:
    """Print the table of splits, then characters and the most frequent words of train."""
    from rich.console import Console
    from rich.table import Table

    from speechrnn.corpora.describe import describe

    splits = describe(prepared)
    table = Table("split", title=f"{prepared.name}: {prepared.info['licence']}")
    for heading in ("utts", "hours", "speakers", "words", "distinct", "not in train", "alphabet"):
        table.add_column(heading, justify="right")
    for split in splits:
        table.add_row(
            split.split,
            str(split.utterances),
            f"{split.seconds / 3600:.2f}",
            str(split.speakers or "?"),
            str(split.words),
            str(len(split.word_counts)),
            str(split.unseen_words),
            str(len(split.character_counts)),
        )
    console = Console()
    console.print(table)
    for split in splits:
        characters = " ".join(f"{character!r}:{count}" for character, count in split.character_counts.most_common())
        console.print(f"{split.split} characters: {characters}", markup=False, highlight=False, soft_wrap=True)
    if prepared.set_aside:
        typer.echo(f"set aside: {len(prepared.set_aside)}, see {prepared.directory / 'set_aside.jsonl'}", err=True)
