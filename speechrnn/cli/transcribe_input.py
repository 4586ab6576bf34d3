"""The options of `transcribe` that say which recordings are meant, and how their samples are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from speechrnn.errors import UsageError

if TYPE_CHECKING:
    from speechrnn.audio import RawFormat
    from speechrnn.transcription.sources import Source

_PANEL: Final = "Recordings"
OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "recursive": (
        Annotated[
            bool,
            typer.Option("-r", "--recursive", help="Take all sound files in folders named.", rich_help_panel=_PANEL),
        ],
        False,
    ),
    "from_list": (
        Annotated[
            str | None,
            typer.Option(help="File that names recordings, one a line; - is standard input.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "channel": (
        Annotated[
            str,
            typer.Option(
                help="mix: the mean of all; split: a transcript for each; or one by its number, from 0.",
                rich_help_panel=_PANEL,
            ),
        ],
        "mix",
    ),
    "raw": (
        Annotated[bool, typer.Option("--raw", help="Samples without a header; needs --rate.", rich_help_panel=_PANEL)],
        False,
    ),
    "rate": (
        Annotated[
            int | None, typer.Option(help="Samples per second and channel of --raw.", min=1, rich_help_panel=_PANEL)
        ],
        None,
    ),
    "encoding": (
        Annotated[
            str | None,
            typer.Option(help="Encoding of --raw: s16le, f32le, mulaw ...; else s16le.", rich_help_panel=_PANEL),
        ],
        None,
    ),
    "raw_channels": (
        Annotated[int | None, typer.Option(help="Channels of --raw; else 1.", min=1, rich_help_panel=_PANEL)],
        None,
    ),
}
"""Type and default of each field of `InputOptions`."""


@dataclass(frozen=True, slots=True)
class InputOptions:
    """What the user typed; see the help of each option."""

    recursive: bool
    from_list: str | None
    channel: str
    raw: bool
    rate: int | None
    encoding: str | None
    raw_channels: int | None

    def sources(self, arguments: Sequence[str]) -> "list[Source]":
        """Find the recordings that are meant.

        Raises:
            UsageError: there are none, or an argument leads to none.
        """
        from speechrnn.transcription.sources import STDIN, expand, read_list

        listed = [] if self.from_list is None else read_list(self.from_list)
        if self.from_list == STDIN and STDIN in arguments:
            raise UsageError(f"{STDIN}: standard input came both as a recording and as the list; name a file for one")
        if not arguments and not listed:
            raise UsageError("no recording was named; give sound files, folders with -r, or - for standard input")
        return expand(
            arguments, listed, recursive=self.recursive, said=lambda line: typer.echo(f"note: {line}", err=True)
        )

    def chosen_channel(self) -> tuple[int | None, bool]:
        """Say which channel is wanted, None for the mean of all, and whether each gets a transcript of its own."""
        if self.channel in {"mix", "split"}:
            return None, self.channel == "split"
        if not self.channel.isdecimal():
            raise UsageError(f"--channel {self.channel}: wanted mix, split or the number of a channel, counted from 0")
        return int(self.channel), False

    def raw_format(self) -> "RawFormat | None":
        """Say how samples without a header are read; None where recordings have one.

        Raises:
            UsageError: the options do not fit together, or the encoding is unknown.
        """
        from speechrnn.audio import RawFormat

        described = {"--rate": self.rate, "--encoding": self.encoding, "--raw-channels": self.raw_channels}
        if not self.raw:
            for option, value in described.items():
                if value is not None:
                    raise UsageError(f"{option} {value}: describes samples without a header; add --raw")
            return None
        if self.rate is None:
            raise UsageError(
                "--raw: samples without a header do not say how fast they are; add --rate, as in --rate 16000"
            )
        return RawFormat(self.rate, self.raw_channels or 1, self.encoding or "s16le")
