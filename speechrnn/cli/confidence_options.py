"""How sure a word must be: the options of every command that shows words."""

from typing import Annotated

import typer

MinConfidence = Annotated[
    float | None,
    typer.Option(
        "--min-confidence", "--min_confidence", help="Show words less sure than this as \\[word?].", min=0, max=1
    ),
]
TargetPrecision = Annotated[
    float | None,
    typer.Option(
        "--target-precision",
        "--target_precision",
        help="Reject as few words as leave this share of the others right, measured on dev.",
        min=0,
        max=1,
    ),
]
