"""`speechrnn transcribe --stream`: a pipe or a file, heard as if it were spoken now."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

from speechrnn.cli.live_options import EndOptions, StreamOptions
from speechrnn.cli.live_view import FORMS, LiveView, follow
from speechrnn.cli.read_ahead import read_ahead
from speechrnn.cli.transcribe_output import OutputOptions
from speechrnn.cli.transcribe_view import wants_color
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.transcription.batch import Job, Settings
    from speechrnn.transcription.setup import Setup

BLOCK_SECONDS: Final = 0.1


def check_live(
    live: StreamOptions, jobs: "Sequence[Job]", settings: "Settings", output: OutputOptions, processes: int
) -> None:
    """Refuse what goes with whole recordings only, or with a stream only.

    Raises:
        UsageError: names it.
    """
    if not live.stream:
        for option, value in (("--end-silence", live.end_silence), ("--max-utterance", live.max_utterance)):
            if value is not None:
                raise UsageError(f"{option}: says when an utterance of a stream ends; add --stream")
        return
    if len(jobs) > 1:
        raise UsageError(f"--stream: one recording at a time, {len(jobs)} came; name one, or - for standard input")
    if settings.split:
        raise UsageError("--channel split: came beside --stream, which follows one channel; name its number, or mix")
    if output.output_dir is not None:
        raise UsageError("-o: came beside --stream, whose lines go to stdout as they end; leave it out, or use > FILE")
    if settings.forms[0] not in FORMS:
        raise UsageError(f"-f {settings.forms[0]}: came beside --stream, which writes {' or '.join(FORMS)}")
    if processes > 1:
        raise UsageError(f"-j {processes}: came beside --stream, which follows one recording; leave it out")


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
