"""The options of `transcribe` that say what is written, where to, and how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.transcription.batch import Job
    from speechrnn.transcription.writers.options import WriteOptions

ALL: Final = "all"
TEXT: Final = "txt"


class Color(StrEnum):
    """When text is coloured by confidence."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


_PANEL: Final = "Output"
_SUBTITLES: Final = "Subtitles (srt, vtt)"
OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "output_format": (
        Annotated[
            list[str],
            typer.Option(
                "-f",
                "--output-format",
                help="txt, json, srt, vtt, tsv, ctm, textgrid, eaf or all; with -o also several.",
                rich_help_panel=_PANEL,
            ),
        ],
        (TEXT,),
    ),
    "output_dir": (
        Annotated[
            Path | None,
            typer.Option(
                "-o",
                "--output-dir",
                help="Write <stem>.<format> in here, with more of the path where two would be alike.",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "skip_existing": (
        Annotated[
            bool,
            typer.Option(
                "--skip-existing", help="Leave out recordings whose files are in -o already.", rich_help_panel=_PANEL
            ),
        ],
        False,
    ),
    "word_timestamps": (
        Annotated[
            bool,
            typer.Option(
                "--word-timestamps/--no-word-timestamps", help="Words with times in json.", rich_help_panel=_PANEL
            ),
        ],
        True,
    ),
    "color": (
        Annotated[
            Color,
            typer.Option(help="Colour words that are less sure; auto: on a terminal.", rich_help_panel=_PANEL),
        ],
        Color.AUTO,
    ),
    "highlight_words": (
        Annotated[
            bool,
            typer.Option("--highlight-words", help="Underline each word as it is said.", rich_help_panel=_SUBTITLES),
        ],
        False,
    ),
    "max_line_width": (
        Annotated[int | None, typer.Option(help="Most characters in a line.", min=1, rich_help_panel=_SUBTITLES)],
        None,
    ),
    "max_line_count": (
        Annotated[int | None, typer.Option(help="Most lines in a subtitle.", min=1, rich_help_panel=_SUBTITLES)],
        None,
    ),
    "max_words_per_line": (
        Annotated[int | None, typer.Option(help="Most words in a subtitle.", min=1, rich_help_panel=_SUBTITLES)],
        None,
    ),
}
"""Type and default of each field of `OutputOptions`."""


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What the user typed; see the help of each option."""

    output_format: Sequence[str]
    output_dir: Path | None
    skip_existing: bool
    word_timestamps: bool
    color: Color
    highlight_words: bool
    max_line_width: int | None
    max_line_count: int | None
    max_words_per_line: int | None

    def forms(self) -> tuple[str, ...]:
        """Give the formats that are wanted, each once.

        Raises:
            UsageError: one is unknown, or options are given that say nothing about those that are wanted.
        """
        from speechrnn.transcription.writers import WRITERS

        named = [form for given in self.output_format for form in given.lower().split(",")]
        for form in named:
            if form not in WRITERS and form != ALL:
                raise UsageError(f"-f {form}: unknown; wanted {', '.join(WRITERS)} or {ALL}")
        forms = tuple(dict.fromkeys(WRITERS if ALL in named else named))
        self._check_subtitle_options(forms)
        if self.skip_existing and self.output_dir is None:
            raise UsageError("--skip-existing: no files are written without -o; name their folder with it")
        if len(forms) > 1 and self.output_dir is None:
            raise UsageError(f"-f {','.join(named)}: several formats go to files; name their folder with -o")
        return forms

    def _check_subtitle_options(self, forms: Sequence[str]) -> None:
        asked = {
            "--highlight-words": self.highlight_words,
            "--max-line-width": self.max_line_width,
            "--max-line-count": self.max_line_count,
            "--max-words-per-line": self.max_words_per_line,
        }
        for option, value in asked.items():
            if value and not {"srt", "vtt"} & set(forms):
                raise UsageError(f"{option}: lays out subtitles; add -f srt or -f vtt")
            if value and not self.word_timestamps:
                raise UsageError(f"{option}: needs the times of words; leave out --no-word-timestamps")
        if self.max_line_count and not self.max_line_width:
            raise UsageError("--max-line-count: counts the lines that a width makes; add --max-line-width")
        if self.max_line_count and self.max_words_per_line:
            raise UsageError(
                "--max-words-per-line: says nothing beside --max-line-width with --max-line-count, which fill lines "
                "across segments; leave out one of the three"
            )
        if not self.word_timestamps and "json" not in forms:
            raise UsageError("--no-word-timestamps: takes words out of json; add -f json")

    def check_stdout(self, jobs: "Sequence[Job]", split: bool) -> None:
        """Check that what goes to stdout can be told apart again.

        Raises:
            UsageError: several files of a format that cannot stand behind one another.
        """
        from speechrnn.transcription.writers import JOINABLE

        (form, *_), several = self.forms(), len(jobs) > 1 or split
        if several and self.output_dir is None and form not in JOINABLE:
            raise UsageError(f"-f {form}: the files of several recordings would run together; name a folder with -o")

    def write_options(self, channel: int | None) -> "WriteOptions":
        """Say how transcripts are written, of one channel or of the mean of all."""
        from speechrnn.transcription.writers.options import WriteOptions

        return WriteOptions(
            word_timestamps=self.word_timestamps,
            highlight_words=self.highlight_words,
            max_line_width=self.max_line_width,
            max_line_count=self.max_line_count,
            max_words_per_line=self.max_words_per_line,
            channel=channel,
        )
