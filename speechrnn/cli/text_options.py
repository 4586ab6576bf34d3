"""The options of `speechrnn lm` commands that say which text, and what of it is predicted."""

from pathlib import Path
from typing import Annotated, Literal

import typer

TEXTS = Annotated[
    list[Path] | None,
    typer.Argument(help="UTF-8 text, one sentence a line; .gz too; - is stdin.", metavar="TEXT...", show_default=False),
]
CORPUS = Annotated[str | None, typer.Option(help="Take the transcripts of this corpus as well.")]
RECIPE = Annotated[
    Path | None, typer.Option(help="Take the transcripts of this recipe's corpus as well, split and spelt as it says.")
]
SPLIT = Annotated[str, typer.Option(help="Of the corpus: train, dev or test.")]
DATA = Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")]
CASE = Annotated[
    Literal["keep", "lower", "upper"] | None, typer.Option(help="Letter case; else the recipe's, else as it stands.")
]
REMOVE = Annotated[str | None, typer.Option(help="Characters to drop; else the recipe's, else none.")]
UNIT = Literal["word", "char"]
