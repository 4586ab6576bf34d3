"""What `transcribe` shows: transcripts on stdout, everything else on stderr."""

import os
import sys
from typing import TYPE_CHECKING, Final

import typer

from speechrnn.cli.transcribe_output import TEXT, Color
from speechrnn.cli.transcribe_progress import Progress

if TYPE_CHECKING:
    from speechrnn.transcription.batch import Outcome, Part
    from speechrnn.transcription.transcript import Segment, Transcript, Word
    from speechrnn.transcription.writers.options import WriteOptions

# Of 256 colours those that can be read on a dark and on a light ground.
_RED, _YELLOW, _END = "\x1b[38;5;160m", "\x1b[38;5;136m", "\x1b[0m"
SURE: Final = 0.8
DOUBTFUL: Final = 0.5


def wants_color(color: Color) -> bool:
    """Decide for stdout; https://no-color.org says what `NO_COLOR` asks for."""
    if color is not Color.AUTO:
        return color is Color.ALWAYS
    on_terminal = sys.stdout is not None and sys.stdout.isatty()  # None: the shell closed it, as `>&-` does
    return on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class View:
    """Shows parts and outcomes as they come.

    One recording's text comes segment by segment, each on a line, while it is transcribed. Of several recordings each
    gets one line, with its name.

    Attributes:
        done: recordings of which nothing more comes, those that failed among them.
        failed: recordings, or channels of split ones, that could not be transcribed.
        heard_seconds: of the recording that is under way.
    """

    def __init__(self, form: str, write: "WriteOptions", progress: Progress, *, several: bool, colored: bool) -> None:
        """Show transcripts in a format."""
        self._form, self._write, self._progress = form, write, progress
        self._several, self._colored = several, colored
        self._shown_segments = 0
        self.done = self.failed = 0
        self.heard_seconds = 0.0

    def part(self, part: "Part") -> None:
        """Show a part of a recording that is under way."""
        self.heard_seconds = part.transcript.duration_seconds
        if self._form == TEXT and not self._several:
            with self._progress.aside():
                self._segments(part.transcript)
        self._progress.part(part.job.source, part.transcript.duration_seconds, part.total_seconds)

    def outcome(self, outcome: "Outcome") -> None:
        """Show what came of a recording, or of one of its channels."""
        self.done += outcome.last  # of a recording that is split, every channel has an outcome
        self.heard_seconds = 0.0
        with self._progress.aside():
            if outcome.warning:
                typer.echo(f"warning: {outcome.warning}", err=True)
            if outcome.transcript is None:
                self.failed += 1
                typer.echo(f"error: {outcome.error}", err=True)
            else:
                self._transcript(outcome, outcome.transcript)

    def _transcript(self, outcome: "Outcome", transcript: "Transcript") -> None:
        source, channel = outcome.job.source, outcome.channel
        named = source if channel is None else f"{source}:ch{channel}"
        if transcript.refusal:
            typer.echo(f"note: {named}: rejected, not in the grammar ({transcript.refusal})", err=True)
        if self._form != TEXT:
            from dataclasses import replace

            from speechrnn.transcription.writers import WRITERS

            write = self._write if channel is None else replace(self._write, channel=channel)
            _print(WRITERS[self._form](transcript, source, write))
        elif self._several:
            _print(f"{named}\t{' '.join(map(self._text, transcript.segments))}\n")
        elif not self._shown_segments:  # one who reads lines gets one, also of silence
            self._segments(transcript)
            _print("" if transcript.segments else "\n")

    def _segments(self, transcript: "Transcript") -> None:
        for segment in transcript.segments:
            self._shown_segments += 1
            _print(f"{self._text(segment)}\n")

    def _text(self, segment: "Segment") -> str:
        return segment_text(segment, self._colored)


def segment_text(segment: "Segment", colored: bool) -> str:
    """Give a segment as it is shown, its words coloured by confidence or not."""
    return " ".join(map(_colored, segment.words)) if colored else segment.text


def _colored(word: "Word") -> str:
    if word.confidence >= SURE and not word.rejected:
        return word.shown
    return f"{_RED if word.rejected or word.confidence < DOUBTFUL else _YELLOW}{word.shown}{_END}"


def _print(text: str) -> None:
    # Bytes, so that a path that is not UTF-8 comes out as it is and no terminal setting can refuse a letter.
    typer.echo(text.encode("utf-8", "surrogateescape"), nl=False)
