"""How long utterances are, how fast they are spoken and how loud their files are, as one picture."""

import io
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from speechrnn.atomic import write_bytes
from speechrnn.corpora.describe import SplitDescription

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE: Final = "describe.png"
_MOST_BINS: Final = 40


def draw_description(path: Path, title: str, splits: Sequence[SplitDescription]) -> None:
    """Draw three histograms, the shares of each split, into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.6), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    durations, rates, levels = figure.subplots(1, 3)
    _histogram(durations, {one.split: one.durations for one in splits}, 0.1)
    durations.set(title="duration", xlabel="s", ylabel="% of utterances")
    _histogram(rates, {one.split: one.rates for one in splits}, 0.1)
    rates.set(title="speaking rate", xlabel="characters a second")
    _histogram(levels, {one.split: cast("Counter[float]", one.levels) for one in splits if one.levels}, 1.0)
    levels.set(title="level", xlabel="dB of full scale (RMS)")
    figure.suptitle(title)
    picture = io.BytesIO()
    canvas.print_png(picture)  # type: ignore[no-untyped-call]
    write_bytes(path, picture.getvalue())


def _histogram(axes: "Axes", counts: dict[str, Counter[float]], step: float) -> None:
    """Draw the share of each split in bins that all splits share.

    Args:
        axes: where to.
        counts: how often each value occurs, by split.
        step: values are multiples of it, and so is the width of a bin: others would hold now more, now fewer of them.
    """
    if not counts:
        axes.text(0.5, 0.5, "none known:\nfeatures, or prepared\nby an older version", ha="center", va="center")
        axes.set_axis_off()
        return
    steps = [round(value / step) for split in counts.values() for value in split]
    low, high = min(steps), max(steps)
    width = math.ceil((high - low + 1) / _MOST_BINS)
    edges = [(low - 0.5 + place) * step for place in range(0, high - low + 1 + width, width)]
    for split, numbers in counts.items():
        weights = [100 * count / numbers.total() for count in numbers.values()]
        axes.hist(list(numbers), bins=edges, weights=weights, histtype="step", label=split)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
