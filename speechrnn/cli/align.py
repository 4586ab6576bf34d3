"""`speechrnn align`: when each word of a known text is said."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from speechrnn.cli.model_option import ModelOption
from speechrnn.errors import UsageError

STDIN: Final = "-"


class AlignmentFormat(StrEnum):
    """What an alignment is written as."""

    TEXTGRID = "textgrid"
    EAF = "eaf"
    CTM = "ctm"
    JSON = "json"
    SRT = "srt"


def align(
    audio: Annotated[str, typer.Argument(help="Sound file: wav, flac, ogg, opus, mp3 ...; - is standard input.")],
    text: Annotated[str, typer.Argument(help="File with what is said in it, UTF-8; - is standard input.")],
    model: ModelOption = None,
    output_format: Annotated[
        AlignmentFormat | None,
        typer.Option("-f", "--output-format", "--output_format", help="Else by the suffix of -o; textgrid on stdout."),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else stdout.")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.", min=1)] = 1,
) -> None:
    """Find when each word and letter of a text is said.

    The words are shown as the text has them, and spelt as the model was
    taught to. Each line of the text is a segment of its own: a subtitle in
    srt. textgrid opens in Praat, eaf in ELAN; ctm has one word a line.

    Exit code 1: the text does not fit the recording or the model;
    2: a file is missing or an option is wrong.

    [bold]speechrnn align talk.wav talk.txt -m runs/an4 -o talk.TextGrid[/]
    """
    from speechrnn.bundle.find import describe_choice, resolve_model
    from speechrnn.transcription.align_file import align_file, read_text

    if output is not None and output.is_dir():
        raise UsageError(f"{output}: a folder came, a file to write the alignment to was wanted for -o")
    form = output_format or _form_of(output)
    if audio == text == STDIN:
        raise UsageError(f"{STDIN}: the recording and its text both came as standard input; name a file for one")
    if audio != STDIN and not Path(audio).is_file():
        raise UsageError(f"{audio}: no such file")
    words = read_text(text)
    path = resolve_model(model)
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    written = align_file(path, audio, words, form, threads)
    if output is None:
        typer.echo(written.encode(), nl=False)
    else:
        from speechrnn.atomic import write_bytes

        write_bytes(output, written.encode())


def _form_of(output: Path | None) -> AlignmentFormat:
    if output is None:
        return AlignmentFormat.TEXTGRID
    suffix = output.suffix.lower().removeprefix(".")
    if suffix not in set(AlignmentFormat):
        raise UsageError(
            f"{output}: {output.suffix or 'no suffix'} came, one of .{', .'.join(AlignmentFormat)} was wanted; "
            "or name the format with -f"
        )
    return AlignmentFormat(suffix)
