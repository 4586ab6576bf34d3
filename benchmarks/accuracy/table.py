"""The rows of a task as a Markdown table that also reads well on a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from accuracy.rows import Row

RATES: Final = "WER %", "CER %", "± seeds"
PAIRED: Final = "paired", "baseline", "gain %", "95 % points", "p"
HEAD: Final = "experiment", "runs", *RATES, *PAIRED, "M weights", "min", "trained"
LEGEND: Final = (
    "runs: stored/listed, a * marks settings other than the list's. WER, CER: mean over runs.",
    "± seeds: standard deviation over seeds of the task's rate. min: training, as the machine was then.",
    "paired: runs of the same part and seed as the baseline's; baseline, gain, interval and p are of those alone",
    "(paired bootstrap over utterances, one-sided: the probability that the gain is none). Utterances of one speaker",
    "are not independent, and few speakers are held out: p is too sure of itself.",
)


def table_lines(rows: Sequence[Row], drifted: frozenset[str] = frozenset()) -> Iterator[str]:
    """Lay out rows, columns aligned.

    Args:
        rows: the experiments.
        drifted: names of those trained with settings other than the list's.
    """
    cells = [HEAD, *(row_cells(row, row.name in drifted) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    for number, line in enumerate(cells):
        first, *others = zip(line, widths, strict=True)
        yield f"| {first[0]:<{first[1]}} | {' | '.join(f'{cell:>{width}}' for cell, width in others)} |"
        if number == 0:
            yield f"|{'|'.join('-' * (width + 1) + (':' if column else '-') for column, width in enumerate(widths))}|"


def row_cells(row: Row, drifted: bool) -> tuple[str, ...]:
    """Write the figures of one experiment."""
    test = row.test
    return (
        row.name,
        f"{row.stored}/{row.wanted or '-'}{'*' if drifted else ''}",
        f"{row.wer:.2f}",
        f"{row.cer:.2f}",
        "" if row.spread is None else f"{row.spread:.2f}",
        str(row.paired_runs) if test else "",
        f"{test.baseline_rate:.2f}" if test else "",
        f"{test.relative_gain:+.1f}" if test else "",
        f"{test.gain_low:+.2f} {test.gain_high:+.2f}" if test else "",
        f"{test.p_better:.4f}" if test else "",
        f"{row.parameters / 1e6:.2f}",
        f"{row.minutes:.1f}",
        row.dates[0] if row.dates[0] == row.dates[1] else "..".join(row.dates),
    )
