"""`speechrnn transcribe`: sound files to text, without torch."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from speechrnn.cli import live_options, transcribe_input, transcribe_output
from speechrnn.cli.confidence_options import MinConfidence, TargetPrecision
from speechrnn.cli.decoder_options import takes_decoder_options
from speechrnn.cli.live_options import StreamOptions
from speechrnn.cli.model_option import ModelOption
from speechrnn.cli.option_group import takes
from speechrnn.cli.transcribe_input import InputOptions
from speechrnn.cli.transcribe_output import TEXT, OutputOptions
from speechrnn.cli.transcribe_progress import clock, progressing
from speechrnn.cli.transcribe_view import View, wants_color
from speechrnn.cli.whisper_spellings import WhisperCommand
from speechrnn.errors import InterruptedRunError, UsageError

if TYPE_CHECKING:
    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.transcription.batch import Job, Outcome, Part, Settings
    from speechrnn.transcription.setup import Setup

COMMAND_CLASS: Final = WhisperCommand


@takes_decoder_options
@takes("output", transcribe_output.OPTIONS, OutputOptions)
@takes("recordings", transcribe_input.OPTIONS, InputOptions)
@takes("live", live_options.STREAM, StreamOptions)
def transcribe(
    audio: Annotated[
        list[str] | None,
        typer.Argument(help="Sound files, patterns, folders with -r; - is standard input.", show_default=False),
    ] = None,
    model: ModelOption = None,
    jobs: Annotated[
        int, typer.Option("-j", "--jobs", help="Recordings at once, each in a process; - comes last.", min=1)
    ] = 1,
    threads: Annotated[int, typer.Option(help="CPU threads for one recording.", min=1)] = 1,
    min_confidence: MinConfidence = None,
    target_precision: TargetPrecision = None,
    *,
    live: StreamOptions,
    recordings: InputOptions,
    output: OutputOptions,
    options: "DecoderOptions",
) -> None:
    r"""Write down what is said in sound files.

    wav, flac, ogg, opus and mp3 of any rate and length; m4a, mp4, webm and
    others with pip install 'speechrnn\[media]', or ffmpeg.

    The transcript goes to stdout, everything else to stderr. One file gives
    its bare text, a line per segment. Several give one line each,
    PATH<tab>TEXT in the order they were named: a file that fails cannot shift
    the others, and "cut -f2-" takes the paths off. With -f stdout gets that
    format instead; json is one object a line. With -o the files get the
    formats asked for, and stdout keeps to text. Whisper's spellings
    (--output_dir, --word_timestamps True) are understood. With --stream a
    line comes out as soon as its speech has ended, also from a pipe.

    Exit code 0: all done; 1: some files failed, the others were written;
    2: a file is missing, -m is no model, or an option is wrong.

    [bold]speechrnn transcribe a.wav b.flac -m runs/fsdd[/]

    [bold]speechrnn transcribe -r talks -o subtitles -f srt -f json -j 4 --skip-existing[/]

    [bold]speechrnn transcribe a.wav -m runs/an4 --hotwords 'pittsburgh:3,forbes avenue:2'[/]

    [bold]sox call.wav -t raw -e signed -b 16 - | speechrnn transcribe - --raw --rate 8000[/]
    """
    from speechrnn.bundle.confidence import Wanted
    from speechrnn.bundle.find import describe_choice, resolve_model
    from speechrnn.transcription.setup import Setup

    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    settings, planned = _planned(audio or [], recordings, output)
    live.check(planned, settings, output, jobs)
    path = resolve_model(model)
    left = _left(planned, settings) if output.skip_existing else planned
    if not left:
        return
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    setup = Setup(path, threads, options, wanted)
    if live.stream:
        from speechrnn.cli.transcribe_live import transcribe_live

        transcribe_live(setup, planned[0], settings, output, live.ends)
    elif failed := _transcribe(setup, left, settings, output, jobs, several=len(planned) > 1 or settings.split):
        if len(left) > 1:
            typer.echo(f"error: {failed} of {len(left)} files failed", err=True)
        raise typer.Exit(1)


def _planned(arguments: list[str], recordings: InputOptions, output: OutputOptions) -> "tuple[Settings, list[Job]]":
    """Say what is to be done, and with which recordings; whatever is wrong with the command shows here."""
    from speechrnn.transcription.batch import Settings, plan

    forms, (channel, split) = output.forms(), recordings.chosen_channel()
    settings = Settings(forms, output.write_options(channel), channel, split, recordings.raw_format())
    planned = plan(recordings.sources(arguments), output.output_dir, forms)
    output.check_stdout(planned, split)
    return settings, planned


def _left(planned: "list[Job]", settings: "Settings") -> "list[Job]":
    from speechrnn.transcription.batch import unwritten

    left = unwritten(planned, settings)
    if len(left) < len(planned):
        typer.echo(f"note: {len(planned) - len(left)} of {len(planned)} recordings have their files already", err=True)
    return left


def _transcribe(
    setup: "Setup",
    jobs: "list[Job]",
    settings: "Settings",
    output: OutputOptions,
    processes: int,
    *,
    several: bool,
) -> int:
    """Transcribe and show, with names where the command asks for several; returns how many recordings failed."""
    from speechrnn.transcription.batch import Part

    if output.output_dir is not None:
        _make_folder(output.output_dir)
    form = settings.forms[0] if output.output_dir is None else TEXT
    with closing(_news(setup, jobs, settings, min(processes, len(jobs)))) as news, progressing(len(jobs)) as progress:
        view = View(form, settings.write, progress, several=several, colored=wants_color(output.color))
        try:
            for one in news:
                if isinstance(one, Part):
                    view.part(one)
                else:
                    view.outcome(one)
                    if one.last:
                        progress.done()
        except KeyboardInterrupt as stop:
            raise InterruptedRunError(_stopped(view, jobs, output, processes)) from stop
    return view.failed


def _stopped(view: View, jobs: "list[Job]", output: OutputOptions, processes: int) -> str:
    """Say what was done and what was not, when the user stopped the command."""
    if len(jobs) == 1:
        heard = f"its first {clock(view.heard_seconds)} were heard" if view.heard_seconds else "nothing of it was heard"
        written = "" if output.output_dir is None else ", and nothing written"
        return f"stopped: {jobs[0].source} is not done; {heard}{written}"
    if processes > 1:
        from speechrnn.transcription.parallel import piped_last

        jobs = piped_last(jobs)
    failed = f", {view.failed} failed" if view.failed else ""
    done = f"stopped: {view.done - view.failed} of {len(jobs)} recordings are done{failed}"
    goes_on = "" if output.output_dir is None else "; the same command with --skip-existing goes on"
    return f"{done}, {jobs[view.done].source} is the first that is not{goes_on}"


def _news(
    setup: "Setup", jobs: "list[Job]", settings: "Settings", processes: int
) -> "Generator[Part | Outcome, None, None]":
    from speechrnn.transcription.batch import run

    recognizer = setup.load()  # also with processes: what is wrong with the model shows here, not in each
    if processes == 1:
        return run(recognizer, jobs, settings)
    from speechrnn.transcription.parallel import run_parallel

    return run_parallel(setup, jobs, settings, processes)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot make this folder ({error.strerror}); choose another one for -o") from error
