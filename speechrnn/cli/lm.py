"""`speechrnn lm`: make language models from text, convert them, and measure how well they predict."""

from pathlib import Path
from typing import Annotated

import typer

from speechrnn.cli.lm_sample import sample
from speechrnn.cli.lm_train import train
from speechrnn.cli.lm_tune import tune
from speechrnn.cli.text_options import CASE, CORPUS, DATA, RECIPE, REMOVE, SPLIT, TEXTS, UNIT

lm = typer.Typer(help="Make and measure language models.", no_args_is_help=True, rich_markup_mode="rich")


@lm.command()
def build(
    texts: TEXTS = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="lm.arpa, lm.arpa.gz, or lm.bin, which loads at once.")
    ] = Path("lm.bin"),
    order: Annotated[
        int | None, typer.Option(help="Words per n-gram; by default 4, of characters 6.", min=1, max=20)
    ] = None,
    unit: Annotated[UNIT, typer.Option(help="What the model predicts.")] = "word",
    prune: Annotated[
        str, typer.Option(help="Drop n-grams seen this often or less: one number per order, the last for all above.")
    ] = "0",
    entropy: Annotated[
        float,
        typer.Option(help="Drop n-grams without which perplexity rises by a smaller share than this, say 1e-7.", min=0),
    ] = 0.0,
    min_count: Annotated[int, typer.Option(help="Words seen more rarely become <unk>.", min=1)] = 1,
    vocab_size: Annotated[int | None, typer.Option(help="Keep this many words, the commonest.", min=1)] = None,
    corpus: CORPUS = None,
    recipe: RECIPE = None,
    split: SPLIT = "train",
    data: DATA = None,
    case: CASE = None,
    remove: REMOVE = None,
) -> None:
    """Estimate an n-gram model, smoothed by interpolated modified Kneser-Ney.

    [bold]speechrnn lm build text.txt -o lm.arpa --order 3[/]

    [bold]speechrnn lm build --recipe runs/an4/recipe.yaml -o an4.bin[/]

    [bold]speechrnn lm build news.txt.gz -o lm.bin --prune 0,0,1 --vocab-size 20000[/]
    """
    from speechrnn.lm.build import BuildOptions, build_lm, parse_thresholds
    from speechrnn.lm.source import TextSource

    source = TextSource(tuple(texts or ()), corpus, recipe, split, data, case, remove)
    options = BuildOptions(
        order=order,
        unit="character" if unit == "char" else "word",
        prune=parse_thresholds(prune),
        entropy=entropy,
        min_count=min_count,
        vocab_size=vocab_size,
    )
    typer.echo(build_lm(source, options, output).line())


@lm.command()
def perplexity(
    model: Annotated[Path, typer.Argument(help="Language model.", metavar="LM")],
    texts: TEXTS = None,
    unit: Annotated[
        UNIT | None, typer.Option(help="What the model predicts; characters if it knows <space>, unless told here.")
    ] = None,
    corpus: CORPUS = None,
    recipe: RECIPE = None,
    split: SPLIT = "dev",
    data: DATA = None,
    case: CASE = None,
    remove: REMOVE = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else on stdout.")] = False,
) -> None:
    """Measure how well a language model predicts a text; words it does not know are counted apart.

    [bold]speechrnn lm perplexity lm.arpa heldout.txt[/]
    """
    from speechrnn.decoding.language_model import read_language_model
    from speechrnn.lm.perplexity import measure
    from speechrnn.lm.source import TextSource, read_lines

    language_model = read_language_model(model).model
    lines = read_lines(TextSource(tuple(texts or ()), corpus, recipe, split, data, case, remove))
    result = measure(language_model, lines, "character" if unit == "char" else unit or language_model.unit)
    typer.echo(result.json_text() if json else result.text())


@lm.command()
def convert(
    source: Annotated[Path, typer.Argument(help="Language model: ARPA, .gz too, or binary.", metavar="LM")],
    target: Annotated[Path, typer.Argument(help="New file: .arpa, .arpa.gz or .bin.", metavar="NEW")],
) -> None:
    """Write an n-gram model in another format; its name says which.

    [bold]speechrnn lm convert lm.arpa.gz lm.bin[/]
    """
    from speechrnn.decoding.ngram_io import check_format, read_ngram, write_ngram

    check_format(target)
    write_ngram(target, read_ngram(source))


lm.command()(train)
lm.command()(sample)
lm.command()(tune)
