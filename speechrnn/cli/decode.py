"""`speechrnn decode`: score a model on a split of its corpus."""

from pathlib import Path
from typing import Annotated

import typer


def decode(
    model: Annotated[Path, typer.Argument(help="Run folder or model file.", metavar="RUN_OR_MODEL")],
    split: Annotated[str, typer.Option(help="train, dev or test.")] = "test",
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Hypotheses file; else hypotheses_<split>.tsv beside the model."),
    ] = None,
    worst: Annotated[int, typer.Option(help="How many of the worst utterances and confusions to show.", min=0)] = 10,
) -> None:
    """Decode a split, print its error rates, and write its hypotheses.

    [bold]speechrnn decode runs/yesno --split test[/]
    """
    from speechrnn.bundle.find import resolve_model

    path = resolve_model(model)
    # Only now what takes seconds to import: a missing model shows at once.
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.decode import decode_split
    from speechrnn.training.progress import reporting

    with reporting() as reporter:
        decoding = decode_split(path, split, data_directory(data), output, reporter)
    if json:
        typer.echo(decoding.json_text())
    else:
        for line in decoding.lines(worst):
            typer.echo(line)
    if decoding.failures:
        for utterance, reason in decoding.failures.items():
            typer.echo(f"error: {utterance}: {reason}", err=True)
        raise typer.Exit(1)
