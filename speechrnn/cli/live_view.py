"""What live recognition shows: utterances on stdout as they end, what is being said on the last line of a terminal."""

import os
import shutil
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import typer

from speechrnn.cli.transcribe_view import segment_text

if TYPE_CHECKING:
    from speechrnn.audio.decoder import Samples
    from speechrnn.transcription.streaming import Heard, StreamingRecognizer
    from speechrnn.transcription.transcript import Transcript

_CLEAR: Final = "\r\x1b[2K"


class LiveView:
    """Shows what is heard of one stream."""

    def __init__(self, form: str, source: str, *, colored: bool) -> None:
        """Show in one of `live_options.FORMS` what comes from a source."""
        self._form, self._source, self._colored = form, source, colored
        self._rewrites = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._partial = ""

    def show(self, heard: "Heard") -> None:
        """Show what came of a chunk."""
        if heard.ended:
            self._rewrite("")
        for one in heard.ended:
            self._utterance(one)
        self._rewrite(heard.partial)

    def clear(self) -> None:
        """Take back what is on the last line, so that others can write there."""
        self._rewrite("")

    def _utterance(self, transcript: "Transcript") -> None:
        if transcript.refusal:
            typer.echo(f"note: {self._source}: rejected, not in the grammar ({transcript.refusal})", err=True)
        if self._form == "json":
            from speechrnn.transcription.writers.json import write_json

            line = write_json(transcript, self._source)
        else:
            line = "".join(f"{segment_text(one, self._colored)}\n" for one in transcript.segments)
        # Bytes, so that no setting of the terminal can refuse a letter; echo flushes, so that a pipe has it at once.
        typer.echo(line.encode(), nl=False)

    def _rewrite(self, partial: str) -> None:
        if not self._rewrites or partial == self._partial:
            return
        self._partial = partial
        # One line only, or it could not be taken back; of a long one the end, which is new.
        typer.echo(_CLEAR + partial[-(shutil.get_terminal_size().columns - 1) :], nl=False, err=True)


def follow(recognizer: "StreamingRecognizer", blocks: "Iterable[Samples]", view: LiveView) -> None:
    """Recognise blocks `(num_samples,)` as they come, and say at the end how far the text lagged behind."""
    try:
        for block in blocks:
            view.show(recognizer.accept(block))
        view.show(recognizer.finish())
    finally:
        view.clear()
    typer.echo(recognizer.latency.line(), err=True)
