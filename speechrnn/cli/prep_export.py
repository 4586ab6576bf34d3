"""`speechrnn prep export`: a prepared corpus in the layout of another toolkit."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from speechrnn.cli.progress_bar import with_progress
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.corpora.prepare import PreparedCorpus


def check_export_options(name: str, is_export: bool, to: str | None, output: Path | None) -> None:
    """Refuse `--to` and `--output` without `export`, and `export` without both, before any work.

    Raises:
        UsageError: one of them is missing or too many.
    """
    if not is_export and (to or output):
        raise UsageError(f"prep {name}: --to and --output go with `prep export {name}`")
    if is_export and (to is None or output is None):
        raise UsageError(f"prep export {name}: wanted --to kaldi or --to nemo, and -o DIR for where to write it")


def export_prepared(prepared: "PreparedCorpus", to: str, output: Path) -> None:
    """Write it, and print a line per split.

    Raises:
        SpeechRnnError: as `exports.export.export_corpus`.
    """
    from speechrnn.corpora.exports.export import export_corpus

    counts = with_progress(lambda progress: export_corpus(prepared, to, output, progress))
    for split, count in counts.items():
        typer.echo(f"{split}\t{count} utterances")
    typer.echo(f"{to}\t{output}")
    if prepared.set_aside:
        typer.echo(f"set aside: {len(prepared.set_aside)}, see {prepared.set_aside.path}", err=True)
