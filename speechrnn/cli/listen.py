"""`speechrnn listen`: the microphone to text, while it is being said."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from speechrnn.cli.confidence_options import MinConfidence, TargetPrecision
from speechrnn.cli.decoder_options import takes_decoder_options
from speechrnn.cli.live_options import ENDS, EndOptions
from speechrnn.cli.model_option import ModelOption
from speechrnn.cli.option_group import takes
from speechrnn.cli.transcribe_output import Color

if TYPE_CHECKING:
    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.transcription.streaming import LiveModel


class LiveFormat(StrEnum):
    """What utterances are written as."""

    TXT = "txt"
    JSON = "json"


@takes_decoder_options
@takes("ends", ENDS, EndOptions)
def listen(
    model: ModelOption = None,
    device: Annotated[str | None, typer.Option(help="Number of a microphone, or part of its name.")] = None,
    list_devices: Annotated[bool, typer.Option("--list-devices", help="List the microphones and stop.")] = False,
    output_format: Annotated[
        LiveFormat, typer.Option("-f", "--output-format", help="Text, or one JSON object per utterance.")
    ] = LiveFormat.TXT,
    color: Annotated[Color, typer.Option(help="Colour words that are less sure; auto: on a terminal.")] = Color.AUTO,
    threads: Annotated[int, typer.Option(help="CPU threads.", min=1)] = 1,
    min_confidence: MinConfidence = None,
    target_precision: TargetPrecision = None,
    *,
    ends: EndOptions,
    options: "DecoderOptions",
) -> None:
    r"""Write down what is said into the microphone, until Ctrl-C.

    Needs pip install 'speechrnn\[mic]'. Each utterance goes to stdout once it
    has ended, in a line; on a terminal the last line shows what is being said.
    A model that was trained for it (bidirectional: false) follows at once;
    any other hears windows and is some tenths of a second behind.

    [bold]speechrnn listen -m runs/digits_live[/]

    [bold]speechrnn listen -f json > notes.jsonl[/]
    """
    if list_devices:
        _show_devices()
        return
    from speechrnn.bundle.confidence import Wanted
    from speechrnn.bundle.find import describe_choice, resolve_model
    from speechrnn.transcription.streaming import LiveModel

    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    path = resolve_model(model)
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    _listen(LiveModel.load(path, threads, options, wanted), device, output_format, ends, color)


def _listen(model: "LiveModel", device: str | None, form: str, ends: EndOptions, color: Color) -> None:
    from speechrnn.audio.microphone import open_microphone
    from speechrnn.cli.live_view import LiveView, follow
    from speechrnn.cli.transcribe_view import wants_color
    from speechrnn.training.interrupt import stop_on_signals

    wanted_hz = model.recognizer.model.sample_rate_hz
    with stop_on_signals() as request, open_microphone(device, wanted_hz) as microphone:
        typer.echo(f"listening: {microphone.name}, {microphone.sample_rate_hz} Hz; Ctrl-C ends", err=True)
        recognizer = model.start(microphone.sample_rate_hz, ends.rules())
        blocks = microphone.blocks(lambda: not request.asked)
        follow(recognizer, blocks, LiveView(form, microphone.name, colored=wants_color(color)))
    if microphone.num_lost:
        typer.echo(f"warning: {microphone.num_lost} times sound was lost, this machine is too slow or busy", err=True)


def _show_devices() -> None:
    from speechrnn.audio.microphone import list_devices

    devices = list_devices()
    for one in devices:
        default = ", the default" if one.is_default else ""
        typer.echo(f"{one.number}\t{one.name}\t{one.num_channels} channels, {one.sample_rate_hz} Hz{default}")
    if not devices:
        typer.echo("note: no microphone found", err=True)
