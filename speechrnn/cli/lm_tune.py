"""`speechrnn lm tune`: weigh a language model on dev and put it into the model file."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def tune(
    model: Annotated[Path, typer.Argument(help="Run folder or model file; it is changed.", metavar="RUN_OR_MODEL")],
    lm: Annotated[Path, typer.Option(help="Language model of `speechrnn lm build` or `lm train`, or ARPA.")],
    lexicon: Annotated[
        Path | None, typer.Option(help="File of the only words that may be written, one a line, or WORD<tab>SPELLING.")
    ] = None,
    split: Annotated[str, typer.Option(help="Split to tune on; report scores of another one.")] = "dev",
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    beam: Annotated[int, typer.Option(help="Prefixes of the search.", min=1, max=10**5)] = 100,
    metric: Annotated[
        Literal["wer", "cer"] | None,
        typer.Option(help="Errors to make fewest; by default of words, if the language model is one of words."),
    ] = None,
    jobs: Annotated[int, typer.Option("-j", "--jobs", help="Processes to search in.", min=1)] = 1,
) -> None:
    """Find the weights alpha and beta of a language model on dev, and store both in the model file.

    From then on `decode`, `transcribe` and `check` use them; --no-lm leaves them out. Where no weights beat greedy
    decoding the model file stays as it is.

    [bold]speechrnn lm tune runs/an4 --lm an4.bin[/]
    """
    from speechrnn.bundle.find import resolve_model

    path = resolve_model(model, to_change=True)
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.lm.tune import TuneOptions, tune
    from speechrnn.training.progress import reporting

    options = TuneOptions(lm=lm, lexicon=lexicon, split=split, beam=beam, metric=metric, jobs=jobs)
    with reporting() as reporter:
        tuned = tune(path, options, data_directory(data), reporter)
    for line in tuned.lines():
        typer.echo(line)
