"""`speechrnn lm train`: text in, a recurrent language model out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from speechrnn.cli.text_options import CASE, CORPUS, DATA, RECIPE, REMOVE, SPLIT, TEXTS, UNIT

if TYPE_CHECKING:
    from speechrnn.lm.recurrent_config import RecurrentLmConfig
    from speechrnn.lm.source import TextSource

OUTPUT = Annotated[Path, typer.Option("-o", "--output", help="The model file.")]
PREDICTED = Annotated[UNIT, typer.Option(help="What the model predicts.")]
CELL = Annotated[Literal["lstm", "gru"], typer.Option(help="Long short-term memory, or gated recurrent unit.")]
SIZE = Annotated[int, typer.Option(help="Units of every layer.", min=1)]
LAYERS = Annotated[int, typer.Option(help="Recurrent layers.", min=1)]
DROPOUT = Annotated[float, typer.Option(help="Share of values dropped between layers.", min=0, max=0.95)]
EPOCHS = Annotated[int, typer.Option(help="Passes over the text.", min=1)]
BATCH_LINES = Annotated[int, typer.Option(help="Lines per step.", min=1)]
LEARNING_RATE = Annotated[float, typer.Option(help="The highest rate the schedule reaches.", min=1e-9)]
DEV_SHARE = Annotated[
    float, typer.Option(help="Share of the lines held out to choose the best epoch on.", min=0, max=0.9)
]
PATIENCE = Annotated[int, typer.Option(help="Stop after this many epochs without a better one; 0 never.", min=0)]
MIN_COUNT = Annotated[int, typer.Option(help="Symbols seen more rarely become <unk>.", min=1)]
VOCAB_SIZE = Annotated[int | None, typer.Option(help="Keep this many symbols, the commonest.", min=1)]
SEED = Annotated[int, typer.Option(help="Of everything random.", min=0)]
DEVICE = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="auto takes a GPU when there is one.")]
RESTART = Annotated[
    bool, typer.Option("--restart", help="Throw away what an earlier training has left and start over.")
]


def train(
    texts: TEXTS = None,
    output: OUTPUT = Path("lm.safetensors"),
    unit: PREDICTED = "char",
    cell: CELL = "lstm",
    size: SIZE = 256,
    layers: LAYERS = 1,
    dropout: DROPOUT = 0.3,
    epochs: EPOCHS = 20,
    batch_lines: BATCH_LINES = 16,
    learning_rate: LEARNING_RATE = 4e-3,
    dev_share: DEV_SHARE = 0.1,
    patience: PATIENCE = 4,
    min_count: MIN_COUNT = 1,
    vocab_size: VOCAB_SIZE = None,
    seed: SEED = 1,
    device: DEVICE = "auto",
    restart: RESTART = False,
    corpus: CORPUS = None,
    recipe: RECIPE = None,
    split: SPLIT = "train",
    data: DATA = None,
    case: CASE = None,
    remove: REMOVE = None,
) -> None:
    """Train a recurrent language model, or go on where its training was stopped.

    [bold]speechrnn lm train text.txt -o lm.safetensors[/]

    [bold]speechrnn lm train --recipe runs/an4/recipe.yaml -o an4.safetensors --unit word --size 128[/]
    """
    from speechrnn.lm.recurrent_config import RecurrentLmConfig
    from speechrnn.lm.source import TextSource

    config = RecurrentLmConfig(
        unit="character" if unit == "char" else "word", cell=cell, size=size, layers=layers, dropout=dropout,
        epochs=epochs, batch_lines=batch_lines, learning_rate=learning_rate, dev_share=dev_share,
        patience=patience or None, min_count=min_count, vocab_size=vocab_size, seed=seed,
    )  # fmt: skip
    source = TextSource(tuple(texts or ()), corpus, recipe, split, data, case, remove)
    _train(source, config, output, restart, device)


def _train(source: "TextSource", config: "RecurrentLmConfig", output: Path, restart: bool, device: str) -> None:
    """Read the text, train, and say in one line what came of it."""
    from speechrnn.lm.source import read_lines

    lines = read_lines(source)
    # Only now what takes seconds to import: a missing text shows at once.
    from speechrnn.lm.recurrent_train import summary, train_recurrent
    from speechrnn.training.progress import reporting

    with reporting() as reporter:
        model = train_recurrent(lines, config, output, reporter, restart=restart, device=device)
    typer.echo(f"{output}: {summary(model)}")
