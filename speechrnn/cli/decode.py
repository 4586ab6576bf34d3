"""`speechrnn decode`: score a model on a split of its corpus."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speechrnn.cli.confidence_options import MinConfidence, TargetPrecision
from speechrnn.cli.decoder_options import takes_decoder_options

if TYPE_CHECKING:
    from speechrnn.bundle.decoder_options import DecoderOptions
    from speechrnn.training.decode import Decoding


@takes_decoder_options
def decode(
    model: Annotated[Path, typer.Argument(help="Run folder or model file.", metavar="RUN_OR_MODEL")],
    split: Annotated[str, typer.Option(help="train, dev or test.")] = "test",
    data: Annotated[Path | None, typer.Option(help="Corpora; else $SPEECHRNN_DATA, else ./data.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="Hypotheses file; else hypotheses_<split>.tsv beside the model, or here for a model with a name.",
        ),
    ] = None,
    worst: Annotated[int, typer.Option(help="How many of the worst utterances and confusions to show.", min=0)] = 10,
    nbest: Annotated[
        int, typer.Option(help="With a beam: also write this many hypotheses of each, <output>.nbest.tsv.", min=1)
    ] = 1,
    jobs: Annotated[int, typer.Option("-j", "--jobs", help="Processes to search in.", min=1)] = 1,
    min_confidence: MinConfidence = None,
    target_precision: TargetPrecision = None,
    *,
    options: "DecoderOptions",
) -> None:
    """Decode a split, print its error rates, and write its hypotheses.

    A model that `speechrnn lm tune` gave a language model is decoded with it. A beam search is shown beside greedy
    decoding of the same utterances.

    [bold]speechrnn decode runs/yesno --split test[/]

    [bold]speechrnn decode runs/an4 --lm an4.bin --alpha 0.8 --beta 1 --nbest 10 -j 2[/]
    """
    from speechrnn.bundle.confidence import Wanted
    from speechrnn.bundle.find import resolve_model
    from speechrnn.bundle.named import is_cached, is_embedded

    wanted = Wanted(min_confidence=min_confidence, target_precision=target_precision)
    path = resolve_model(model)
    if output is None and (is_embedded(path) or is_cached(path)):
        output = Path(f"hypotheses_{split}.tsv")
    # Only now what takes seconds to import: a missing model shows at once.
    from speechrnn.corpora.prepare import data_directory
    from speechrnn.training.decode import How, decode_split
    from speechrnn.training.progress import reporting

    how = How(options=options, nbest=nbest, jobs=jobs, wanted=wanted)
    with reporting() as reporter:
        decoding = decode_split(path, split, data_directory(data), output, reporter, how)
    _show(decoding, json, worst)


def _show(decoding: "Decoding", json: bool, worst: int) -> None:
    """Print a decoding, and leave with exit code 1 when some input failed."""
    if json:
        typer.echo(decoding.json_text())
    else:
        for line in decoding.lines(worst):
            typer.echo(line)
    if decoding.failures:
        for utterance, reason in decoding.failures.items():
            typer.echo(f"error: {utterance}: {reason}", err=True)
        raise typer.Exit(1)
