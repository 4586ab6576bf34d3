"""`speechrnn prep`: check a corpus and write its manifests; or only check it, describe it, export it, list all."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from speechrnn.cli import prep_options as options
from speechrnn.cli.prep_describe import describe_prepared
from speechrnn.cli.prep_export import check_export_options, export_prepared
from speechrnn.cli.prep_help import PrepCommand
from speechrnn.cli.prep_list import list_corpora
from speechrnn.cli.prep_text import check_recipe_option, read_settings
from speechrnn.cli.prep_validate import show_finding, summary, validate
from speechrnn.cli.progress_bar import with_progress
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.prepare import PreparedCorpus
    from speechrnn.corpora.set_aside import SetAside
    from speechrnn.recipe import CorpusConfig

COMMAND_CLASS: Final = PrepCommand
_MOST_SHOWN: Final = 20
_SUBCOMMANDS: Final = ("validate", "describe", "export")


def prep(
    words: options.Words = None,
    data: options.Data = None,
    leave_out: options.LeaveOut = None,
    path: options.Place = None,
    force: options.Force = False,
    download: options.Download = False,
    mirror: options.Mirror = None,
    jobs: options.Jobs = 1,
    shar: options.Shar = False,
    fix: options.Fix = False,
    allow_leak: options.AllowLeak = False,
    recipe: options.Recipe = None,
    to: options.To = None,
    output: options.Output = None,
    show_list: options.List = False,
    as_json: options.Json = False,
) -> None:
    """Check every recording of a corpus, split it, and write lhotse manifests to DIR/manifests/CORPUS.

    Recordings that cannot be used are named, set aside in set_aside.jsonl and counted; the rest is prepared.
    [bold]validate[/] only checks, and warns of what is doubtful; [bold]describe[/] counts hours, speakers, words and
    characters, draws a picture, and shows what a recipe makes of transcripts; [bold]export[/] writes it as Kaldi data
    directories or NeMo manifests.
    Exit code 0: everything is usable; 1: something was set aside; 2: no such corpus or path.

    [bold]speechrnn prep --list[/]

    [bold]speechrnn prep --list mandarin[/]

    [bold]speechrnn prep librispeech --help[/]

    [bold]speechrnn prep spoken_digits[/]

    [bold]speechrnn prep yesno --download[/]

    [bold]speechrnn prep fsdd --leave-out theo --data ~/corpora[/]

    [bold]speechrnn prep folder --path my/recordings.csv[/]

    [bold]speechrnn prep commonvoice language=sw --path cv-corpus-13.0-2023-03-09[/]

    [bold]speechrnn prep validate yesno[/]

    [bold]speechrnn prep describe yesno[/]

    [bold]speechrnn prep describe yesno --recipe recipes/yesno.yaml[/]

    [bold]speechrnn prep export yesno --to kaldi -o yesno-kaldi[/]
    """
    if show_list:
        return list_corpora(words or [], as_json)
    subcommand, name, settings = _parse(words or [])
    if mirror is not None and not download:
        raise UsageError(f"prep {name}: --mirror {mirror} only says where --download looks; give both")
    check_export_options(name, subcommand == "export", to, output)
    check_recipe_option(name, subcommand == "describe", recipe)
    _check_validate_options(name, subcommand == "validate", as_json, shar)
    corpus, experiment = read_settings(recipe, name, settings, leave_out, path)
    config = _with_flags(corpus, fix, allow_leak)
    if download:
        _obtain(config, data, mirror)
    if subcommand == "validate":
        validate(config, data, jobs, as_json)
    elif subcommand == "describe":
        describe_prepared(_prepare(config, data, force, jobs, shar), experiment)
    elif to is not None and output is not None:
        export_prepared(_prepare(config, data, force, jobs, shar), to, output)
    else:
        _summarise(_prepare(config, data, force, jobs, shar))


def _with_flags(config: "CorpusConfig", fix: bool, allow_leak: bool) -> "CorpusConfig":
    return replace(config, fix=config.fix or fix, allow_leak=config.allow_leak or allow_leak)


def _check_validate_options(name: str, is_validate: bool, as_json: bool, shar: bool) -> None:
    """Refuse what goes with `validate` alone, and what does not go with it."""
    if as_json and not is_validate:
        raise UsageError(
            f"prep {name}: --json goes with --list and validate; corpus.json beside the manifests says the rest"
        )
    if shar and is_validate:
        raise UsageError(f"prep validate {name}: writes nothing, --shar does not go with it")


def _parse(words: list[str]) -> tuple[str, str, list[str]]:
    """Read `[validate|describe|export] CORPUS [KEY=VALUE...]`."""
    subcommand = words[0] if words and words[0] in _SUBCOMMANDS else ""
    rest = words[1:] if subcommand else words
    names = [word for word in rest if "=" not in word]
    if len(names) != 1:
        came = " ".join(names) or "none"
        raise UsageError(
            f"prep {subcommand}".rstrip() + f": wanted one corpus, came {came}; see `speechrnn prep --list`"
        )
    return subcommand, names[0], [word for word in rest if "=" in word]


def _obtain(config: "CorpusConfig", data: Path | None, mirror: str | None) -> None:
    """Download with progress on stderr."""
    from speechrnn.corpora.obtain import obtain_corpus
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.corpora.registry import find_corpus

    if config.path is not None:
        raise UsageError(f"prep {config.name}: --download puts a corpus under --data; give no --path {config.path}")
    corpus = find_corpus(config.name)
    typer.echo(f"licence of {corpus.name}: {corpus.licence or 'not stated here'}; see {corpus.url}", err=True)
    folder = with_progress(lambda progress: obtain_corpus(corpus, data_directory(data), mirror, progress, config))
    typer.echo(f"corpus in {folder}", err=True)


def _prepare(config: "CorpusConfig", data: Path | None, force: bool, jobs: int, shar: bool) -> "PreparedCorpus":
    """Prepare with progress on stderr."""
    from speechrnn.corpora.prepare import data_directory, prepare_corpus

    directory = data_directory(data)
    return with_progress(
        lambda progress: prepare_corpus(config, directory, force=force, jobs=jobs, shar=shar, progress=progress)
    )


def _summarise(prepared: "PreparedCorpus") -> None:
    """Print one line per split and where the manifests are, then what was set aside."""
    from speechrnn.corpora.fixes import FIXES

    for split, counts in prepared.info["splits"].items():
        typer.echo(f"{split}\t{counts['utterances']} utterances\t{counts['seconds'] / 60:.1f} min")
    typer.echo(f"manifests\t{prepared.directory}")
    if "fixes" in prepared.info:
        typer.echo(f"fixes\t{prepared.directory / FIXES}\t{prepared.info['fixes']} repairs")
    for split, count in prepared.info.get("shar", {}).items():
        typer.echo(f"shar\t{prepared.directory / 'shar' / split}\t{count} shards")
    _report(prepared.set_aside)


def _report(set_aside: "SetAside") -> None:
    """Name the first that were set aside and where all are, and leave with exit code 1 if there were any."""
    for problem in (one for item in islice(set_aside, _MOST_SHOWN) for one in item.each()):
        show_finding("error", problem, problem.kind, problem.reason)
    if len(set_aside) > _MOST_SHOWN:
        typer.echo(f"error: and {len(set_aside) - _MOST_SHOWN} more; all of them in {set_aside.path}", err=True)
    _leave_if_any(set_aside.counts)


def _leave_if_any(kinds: Mapping[str, int]) -> None:
    """Count what was set aside by kind, and leave with exit code 1 if anything was."""
    if not kinds:
        return
    typer.echo(f"set aside: {summary(kinds)}; the rest is usable", err=True)
    raise typer.Exit(1)
