"""`speechrnn lm sample`: let a recurrent language model write."""

from pathlib import Path
from typing import Annotated

import typer


def sample(
    model: Annotated[Path, typer.Argument(help="File of `speechrnn lm train`.", metavar="LM")],
    length: Annotated[int, typer.Option(help="Symbols to write, ends of lines counted.", min=1)] = 400,
    temperature: Annotated[
        float, typer.Option(help="Below 1 plays safe, above 1 dares; 0 always takes the likeliest.", min=0)
    ] = 1.0,
    prompt: Annotated[str, typer.Option(help="How the first line begins.")] = "",
    seed: Annotated[int, typer.Option(help="Another seed writes another text.", min=0)] = 1,
) -> None:
    """Print text that a recurrent language model makes up, line by line.

    [bold]speechrnn lm sample lm.safetensors --prompt "once" --temperature 0.7[/]
    """
    from speechrnn.decoding.recurrent_file import read_recurrent_lm
    from speechrnn.lm.sample import sample as write

    written = write(read_recurrent_lm(model), length=length, temperature=temperature, prompt=prompt, seed=seed)
    for line in written:
        typer.echo(line)
