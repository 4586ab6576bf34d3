"""The options of `serve` that say whom it serves, and how much it takes on."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.serve.limits import Limits

_SENDABLE: Final = re.compile(r"[!-~]+")
"""What a header may hold, whoever writes it."""
_PANEL: Final = "Clients"
OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "api_key": (
        Annotated[
            str | None,
            typer.Option(
                help="What clients must send as key; better in the environment, where no list of processes shows it.",
                envvar="SPEECHRNN_API_KEY",
                rich_help_panel=_PANEL,
            ),
        ],
        None,
    ),
    "allow_host": (
        Annotated[
            list[str] | None,
            typer.Option(help="Name under which clients know this machine; may be repeated.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "workers": (
        Annotated[
            int | None,
            typer.Option(
                help="Recordings at once; else as many as there are cores, up to 4.", min=1, rich_help_panel=_PANEL
            ),
        ],
        None,
    ),
    "max_waiting": (
        Annotated[int, typer.Option(help="Recordings that may wait for their turn.", min=0, rich_help_panel=_PANEL)],
        16,
    ),
    "max_streams": (
        Annotated[int, typer.Option(help="Live streams at once.", min=0, rich_help_panel=_PANEL)],
        8,
    ),
    "max_upload": (
        Annotated[float, typer.Option(help="Largest file, in MiB.", min=0.001, rich_help_panel=_PANEL)],
        100.0,
    ),
    "max_minutes": (
        Annotated[float, typer.Option(help="Longest recording or stream.", min=0.001, rich_help_panel=_PANEL)],
        120.0,
    ),
}
"""Type and default of each field of `ServeOptions`."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """What the user typed; see the help of each option."""

    api_key: str | None
    allow_host: list[str] | None
    workers: int | None
    max_waiting: int
    max_streams: int
    max_upload: float
    max_minutes: float

    @property
    def key(self) -> str | None:
        """The key; a variable of the environment that is set to nothing is none.

        Raises:
            UsageError: clients could not send it.
        """
        if self.api_key and not _SENDABLE.fullmatch(self.api_key):
            raise UsageError(
                "--api-key: letters, digits and signs of ASCII were wanted, without spaces; choose another"
            )
        return self.api_key or None

    def limits(self) -> "Limits":
        """Give the limits that are meant."""
        from speechrnn.serve.limits import Limits

        return Limits(
            max_upload_bytes=round(self.max_upload * 2**20),
            max_seconds=60 * self.max_minutes,
            max_waiting=self.max_waiting,
            max_streams=self.max_streams,
        )

    def count(self) -> int:
        """Give the number of workers that is meant."""
        from speechrnn.serve.workers import usual_count

        return self.workers or usual_count()

    def names(self, host: str) -> list[str]:
        """Give the names of this server: those allowed, and the one it listens on."""
        return [name.lower() for name in (host, *(self.allow_host or []))]
