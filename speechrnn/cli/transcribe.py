"""`speechrnn transcribe`: sound files to text, without torch."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speechrnn.cli.confidence_options import MinConfidence, TargetPrecision
from speechrnn.cli.decoder_options import takes_decoder_options
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.transcription.batch import Outcome


class OutputFormat(StrEnum):
    """What a transcript is written as."""

    TXT = "txt"
    JSON = "json"


@takes_decoder_options
def transcribe(
    audio: Annotated[
        list[str], typer.Argument(help="Sound files: wav, flac, ogg, opus, mp3 ...; - is standard input.")
    ],
    model: Annotated[
        Path | None, typer.Option("-m", "--model", help="Model file or run folder; else the newest run under ./runs.")
    ] = None,
    output_format: Annotated[
        OutputFormat, typer.Option("-f", "--output-format", "--output_format", help="Text, or JSON with word times.")
    ] = OutputFormat.TXT,
    output_dir: Annotated[
        Path | None, typer.Option("-o", "--output-dir", "--output_dir", help="Also write <stem>.<format> in here.")
    ] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.", min=1)] = 1,
    min_confidence: MinConfidence = None,
    target_precision: TargetPrecision = None,
    *,
    options: "DecoderOptions",
) -> None:
    """Write down what is said in sound files.

    The transcript goes to stdout, everything else to stderr. One file gives
    its bare text. Several give one line each, PATH<tab>TEXT in the order they
    were named: a file that fails cannot shift the others, and "cut -f2-" takes
    the paths off. With -f json each line is one JSON object instead. With -o
    the files get the format asked for, and stdout keeps to text.

    Exit code 0: all done; 1: some files failed, the others were written;
    2: a file is missing or an option is wrong.

    [bold]speechrnn transcribe a.wav b.flac -m runs/fsdd[/]

    [bold]speechrnn transcribe a.wav -m runs/an4 --hotwords 'pittsburgh:3,forbes avenue:2'[/]
    """
    from speechrnn.bundle.confidence import Wanted
    from speechrnn.bundle.find import resolve_model
    from speechrnn.transcription.batch import plan, run
    from speechrnn.transcription.recognizer import Recognizer

    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    jobs = plan(audio, output_dir, output_format)
    path = resolve_model(model)
    if model is None:
        typer.echo(f"model: {path}", err=True)
    recognizer = Recognizer.load(path, threads, options, wanted)
    if output_dir is not None:
        _make_folder(output_dir)
    form = output_format if output_dir is None else OutputFormat.TXT
    failed = sum(_report(outcome, form, len(jobs) > 1) for outcome in run(recognizer, jobs, output_format))
    if failed and len(jobs) > 1:
        typer.echo(f"error: {failed} of {len(jobs)} files failed", err=True)
    if failed:
        raise typer.Exit(1)


def _report(outcome: "Outcome", form: OutputFormat, several: bool) -> bool:
    """Print one outcome, and tell whether it is a failure."""
    if outcome.warning:
        typer.echo(f"warning: {outcome.warning}", err=True)
    if outcome.transcript is None:
        typer.echo(f"error: {outcome.error}", err=True)
        return True
    if refusal := outcome.transcript.refusal:
        typer.echo(f"note: {outcome.job.source}: rejected, not in the grammar ({refusal})", err=True)
    if form is OutputFormat.JSON:
        from speechrnn.transcription.writers.json import write_json

        line = write_json(outcome.transcript, outcome.job.source)
    else:
        line = f"{outcome.job.source}\t{outcome.transcript.text}\n" if several else f"{outcome.transcript.text}\n"
    # Bytes, so that a path that is not UTF-8 comes out as it is and no terminal setting can refuse a letter.
    typer.echo(line.encode("utf-8", "surrogateescape"), nl=False)
    return False


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot make this folder ({error.strerror}); choose another one for -o") from error
