"""Dev CER of several runs in one picture: by epoch, which is the budget, and by minute, which is the price."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from speechrnn.atomic import write_bytes

PICTURE_FILE: Final = "compare.png"


def draw_comparison(run: Path, title: str, curves: Mapping[str, Sequence[tuple[int, float, float]]]) -> None:
    """Draw `(epoch, minutes, dev CER in percent)` of each named curve into `run/compare.png`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.2), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    by_epoch, by_minute = figure.subplots(1, 2, sharey=True)
    for name, points in curves.items():
        errors = [cer for _, _, cer in points]
        by_epoch.plot([epoch for epoch, _, _ in points], errors, label=name)
        by_minute.plot([minutes for _, minutes, _ in points], errors, label=name)
    by_epoch.set(xlabel="epoch", ylabel="dev character error rate (%)", ylim=(0, 105))
    by_minute.set(xlabel="minutes of training")
    for axes in (by_epoch, by_minute):
        axes.grid(alpha=0.3)
    if curves:
        figure.legend(*by_epoch.get_legend_handles_labels(), loc="outside right upper", fontsize="small")
    figure.suptitle(title)
    picture = io.BytesIO()
    canvas.print_png(picture)  # type: ignore[no-untyped-call]
    write_bytes(run / PICTURE_FILE, picture.getvalue())
