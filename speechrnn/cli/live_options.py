"""The options of live recognition: that it is wanted, and when an utterance has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from speechrnn.cli.transcribe_output import TEXT, OutputOptions
from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.transcription.batch import Job, Settings
    from speechrnn.transcription.endpoint import EndpointRules

FORMS: Final = (TEXT, "json")
"""What utterances are written as while they come."""
_PANEL: Final = "Live"
ENDS: Final[dict[str, tuple[Any, Any]]] = {
    "end_silence": (
        Annotated[
            float | None,
            typer.Option(help="Seconds of silence that end an utterance; else 1.", min=0.1, rich_help_panel=_PANEL),
        ],
        None,
    ),
    "max_utterance": (
        Annotated[
            float | None,
            typer.Option(help="Seconds after which it is cut, in a pause; else 20.", min=2, rich_help_panel=_PANEL),
        ],
        None,
    ),
}
"""Type and default of each field of `EndOptions`."""
STREAM: Final[dict[str, tuple[Any, Any]]] = {
    "stream": (
        Annotated[
            bool,
            typer.Option("--stream", help="Show what is said while it is said.", rich_help_panel=_PANEL),
        ],
        False,
    ),
    **ENDS,
}
"""Type and default of each field of `StreamOptions`."""


@dataclass(frozen=True, slots=True)
class EndOptions:
    """What the user typed; see the help of each option."""

    end_silence: float | None
    max_utterance: float | None

    def rules(self) -> "EndpointRules":
        """Give the rules that are meant."""
        from speechrnn.transcription.endpoint import EndpointRules

        usual = EndpointRules()
        return EndpointRules(
            silence_seconds=self.end_silence or usual.silence_seconds,
            max_seconds=self.max_utterance or usual.max_seconds,
        )


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """What the user typed; see the help of each option."""

    stream: bool
    end_silence: float | None
    max_utterance: float | None

    @property
    def ends(self) -> EndOptions:
        """When an utterance has ended."""
        return EndOptions(self.end_silence, self.max_utterance)

    def check(self, jobs: "Sequence[Job]", settings: "Settings", output: OutputOptions, processes: int) -> None:
        """Refuse what goes with whole recordings only, or with a stream only.

        Raises:
            UsageError: names it.
        """
        if not self.stream:
            for option, value in (("--end-silence", self.end_silence), ("--max-utterance", self.max_utterance)):
                if value is not None:
                    raise UsageError(f"{option}: says when an utterance of a stream ends; add --stream")
            return
        if len(jobs) > 1:
            raise UsageError(f"--stream: one recording at a time, {len(jobs)} came; name one, or - for standard input")
        if settings.split:
            raise UsageError(
                "--channel split: came beside --stream, which follows one channel; name its number, or mix"
            )
        if output.output_dir is not None:
            raise UsageError(
                "-o: came beside --stream, whose lines go to stdout as they end; leave it out, or use > FILE"
            )
        if settings.forms[0] not in FORMS:
            raise UsageError(f"-f {settings.forms[0]}: came beside --stream, which writes {' or '.join(FORMS)}")
        if processes > 1:
            raise UsageError(f"-j {processes}: came beside --stream, which follows one recording; leave it out")
