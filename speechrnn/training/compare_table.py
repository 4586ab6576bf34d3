"""A comparison of cells as a table: drawn on a terminal, plain aligned lines in a pipe or a file."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.table import Table

from speechrnn.training.compare import COMPARISON_FILE, CellResult, Comparison
from speechrnn.training.compare_curves import PICTURE_FILE

RATES: Final = "CER %", "WER %", "95 %"
HEAD: Final = "cell", "M weights", "M ops/s", "train min", *RATES, "epoch", "steps", "min"
LEGEND: Final = (
    "M ops/s: million multiply-accumulates per second of audio",
    "epoch, steps, min: until dev CER was first within 10 % (relative) of the best it reached",
)


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Print a comparison, as suits the console."""
    if console.is_terminal:
        table = Table(*HEAD, title=comparison.name)
        for column in table.columns[1:]:
            column.justify = "right"
        for result in comparison.results:
            table.add_row(*cells_of(result))
        console.print(table)
    else:
        for line in plain_lines(comparison):
            _say(console, line)
    for line in (*LEGEND, f"files: {comparison.run / COMPARISON_FILE}, {comparison.run / PICTURE_FILE}"):
        _say(console, line)


def plain_lines(comparison: Comparison) -> Iterator[str]:
    """Lay out heading and cells, columns aligned by spaces."""
    rows = [HEAD, *(cells_of(result) for result in comparison.results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for first, *others in rows:
        yield "  ".join([f"{first:<{widths[0]}}", *map(str.rjust, others, widths[1:])])


def cells_of(result: CellResult) -> tuple[str, ...]:
    """Write the figures of one cell."""
    scored, converged = result.result, result.converged
    return (
        result.cell,
        f"{result.parameters / 1e6:.2f}",
        f"{result.operations / 1e6:.1f}",
        f"{result.training_minutes:.1f}",
        f"{scored.cer:.2f}",
        f"{scored.wer:.2f}",
        f"{scored.wer_low:.2f}-{scored.wer_high:.2f}",
        str(converged.epoch),
        str(converged.steps),
        f"{converged.minutes:.1f}",
    )


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)
