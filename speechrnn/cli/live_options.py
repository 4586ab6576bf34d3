"""The options that say when an utterance of a live stream has ended."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from speechrnn.transcription.endpoint import EndpointRules

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
