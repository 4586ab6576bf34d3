"""The option -m of every command that runs a model."""

from pathlib import Path
from typing import Annotated

import typer

ModelOption = Annotated[
    Path | None,
    typer.Option(
        "-m",
        "--model",
        help="Model file, run folder, or a name of `speechrnn models`; else digits, which is in the package.",
    ),
]
