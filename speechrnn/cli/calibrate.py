"""`speechrnn calibrate`: make the confidence of a model a probability, and let its grammar reject."""

from pathlib import Path
from typing import Annotated

import typer

from speechrnn.errors import TrainingError

FalseRejection = Annotated[
    float | None,
    typer.Option(
        "--false-rejection",
        "--false_rejection",
        help="With a grammar: share of recordings in it that may be lost; 0.01 if not given.",
        min=0,
        max=0.5,
    ),
]


def calibrate(
    model: Annotated[Path, typer.Argument(help="Run folder or model file.", metavar="RUN_OR_MODEL")],
    split: Annotated[str, typer.Option(help="Utterances to fit on; not those a score is reported of.")] = "dev",
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    jobs: Annotated[int, typer.Option("-j", "--jobs", help="Processes to search in.", min=1)] = 1,
    grammar: Annotated[
        Path | None,
        typer.Option(help="Store this grammar, and choose below what a recording is rejected as not in it."),
    ] = None,
    false_rejection: FalseRejection = None,
) -> None:
    """Fit the confidence of words and utterances to what is right on dev, and store it in the model file.

    Training does this at its end, and "lm tune" for the decoder it stores.
    It is needed for models made before there was calibration, and after a
    model got another decoder. Then of the words that get 0.9, nine in ten
    are right, as far as new recordings are like those of dev.

    With --grammar the model also keeps that grammar, and with it how badly a
    recording may fit before it is rejected. Then decode and transcribe write
    phrases of the grammar or nothing.

    [bold]speechrnn calibrate runs/an4[/]

    [bold]speechrnn calibrate runs/fsdd --grammar digits.txt --false-rejection 0.01[/]
    """
    from speechrnn.bundle.find import resolve_model

    path = resolve_model(model, to_change=True)
    # Only now what takes seconds to import: a missing model shows at once.
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.calibrate_model import calibrate_model, describe_fit
    from speechrnn.training.calibrate_rejection import calibrate_rejection
    from speechrnn.training.progress import reporting

    chosen, where = None, data_directory(data)
    with reporting() as reporter:
        if grammar is not None or false_rejection is not None:
            chosen = calibrate_rejection(
                path, grammar, split, where, reporter, jobs=jobs, false_rejection=false_rejection
            )
        confidence = calibrate_model(path, split, where, reporter, jobs)
    for line in [] if chosen is None else chosen.lines():
        typer.echo(line)
    if confidence is None:
        raise TrainingError(f"{path}: heard no word in {split}; train it longer first")
    typer.echo(f"{path}: {describe_fit(confidence)}")
