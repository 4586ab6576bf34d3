"""The options of every command that decodes, and how a command gets them as one record."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from speechrnn.cli.option_group import takes

if TYPE_CHECKING:
    from speechrnn.bundle.decoder_options import DecoderOptions

OPTIONS: Final[dict[str, tuple[Any, Any]]] = {
    "beam": (
        Annotated[
            int | None,
            typer.Option(
                "--beam", "--beam-size", "--beam_size", help="Search with so many prefixes.", min=1, max=10**5
            ),
        ],
        None,
    ),
    "lm": (
        Annotated[
            Path | None,
            typer.Option(help="Language model of `speechrnn lm build` or `lm train`, or ARPA; else the model's own."),
        ],
        None,
    ),
    "no_lm": (Annotated[bool, typer.Option("--no-lm", help="Leave out the language models in the model file.")], False),
    "alpha": (Annotated[float | None, typer.Option(help="Weight of the language model.", min=0)], None),
    "beta": (
        Annotated[float | None, typer.Option(help="Bonus per word, or per label if the language model is of labels.")],
        None,
    ),
    "rescore": (
        Annotated[
            Path | None,
            typer.Option(help="A second language model, that ranks what the search with the first has found anew."),
        ],
        None,
    ),
    "rescore_weight": (
        Annotated[
            float | None, typer.Option("--rescore-weight", "--rescore_weight", help="Weight of the second.", min=0)
        ],
        None,
    ),
    "lexicon": (
        Annotated[
            Path | None,
            typer.Option(help="File of the only words that may be written, one a line, or WORD<tab>SPELLING."),
        ],
        None,
    ),
    "grammar": (
        Annotated[Path | None, typer.Option(help="File of the only phrases that may be written, one a line.")],
        None,
    ),
    "no_grammar": (
        Annotated[bool, typer.Option("--no-grammar", help="Leave out the grammar in the model file.")],
        False,
    ),
    "reject_below": (
        Annotated[
            float | None,
            typer.Option(
                "--reject-below",
                "--reject_below",
                help="Reject a recording whose phrase of the grammar has a lower log-probability per label.",
                max=0,
            ),
        ],
        None,
    ),
    "no_reject": (
        Annotated[bool, typer.Option("--no-reject", help="Keep what the model's own grammar would reject.")],
        False,
    ),
    "hotwords": (
        Annotated[
            str | None,
            typer.Option(help="Words and phrases to favour: 'word:3,two words:2'.", metavar="WORD:BOOST,..."),
        ],
        None,
    ),
}
"""Type and default of each field of `bundle.decoder_options.DecoderOptions`."""


def _record(**chosen: Any) -> "DecoderOptions":
    from speechrnn.bundle.decoder_options import DecoderOptions

    return DecoderOptions(**chosen)


def takes_decoder_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options behind its own; they reach it together, as its parameter `options`."""
    return takes("options", OPTIONS, _record)(command)
