"""`speechrnn transcribe --stream`: a pipe or a file, heard as if it were spoken now."""

from typing import TYPE_CHECKING, BinaryIO, Final

from speechrnn.cli.live_options import EndOptions
from speechrnn.cli.live_view import LiveView, follow
from speechrnn.cli.read_ahead import read_ahead
from speechrnn.cli.transcribe_output import OutputOptions
from speechrnn.cli.transcribe_view import wants_color

if TYPE_CHECKING:
    from speechrnn.transcription.batch import Job, Settings
    from speechrnn.transcription.setup import Setup

BLOCK_SECONDS: Final = 0.1


def transcribe_live(setup: "Setup", job: "Job", settings: "Settings", output: OutputOptions, ends: EndOptions) -> None:
    """Follow a recording from its beginning; Ctrl-C ends it in good order.

    Raises:
        AudioError: it cannot be decoded to its end, or has no such channel.
    """
    from speechrnn.audio import open_stream
    from speechrnn.training.interrupt import stop_on_signals
    from speechrnn.transcription.sources import STDIN
    from speechrnn.transcription.streaming import LiveModel

    model = LiveModel.load(setup.model, setup.threads, setup.options, setup.wanted)
    source = _unbuffered_input() if job.source == STDIN else job.source
    with open_stream(source, name=job.source, raw=settings.raw) as stream, stop_on_signals() as request:
        view = LiveView(settings.forms[0], job.source, colored=wants_color(output.color))
        recognizer = model.start(stream.sample_rate_hz, ends.rules())
        blocks = stream.mono_blocks(settings.channel, BLOCK_SECONDS)
        follow(recognizer, read_ahead(blocks, lambda: not request.asked), view)


def _unbuffered_input() -> BinaryIO:
    """Give standard input without its buffer, whose lock a reader that waits would hold when the program ends."""
    from speechrnn.transcription.batch import standard_input

    buffered = standard_input()
    unbuffered: BinaryIO = getattr(buffered, "raw", buffered)
    return unbuffered
