"""The learning curve of a run as one picture."""

import io
from pathlib import Path

from speechrnn.atomic import write_bytes
from speechrnn.training.log import EpochRecord

CURVES_FILE = "curves.png"


def draw_curves(run: Path, title: str, records: list[EpochRecord]) -> None:
    """Draw loss, error rates, and learning rate with gradient norm over epochs into `run/curves.png`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    epochs = [record.epoch for record in records]
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    loss, errors, rate = figure.subplots(1, 3)
    loss.plot(epochs, [record.loss for record in records], label="train", marker=".")
    loss.plot(epochs, [record.dev_loss for record in records], label="dev", marker=".")
    loss.set(title="CTC loss", xlabel="epoch", yscale="log")
    errors.plot(epochs, [record.dev_wer for record in records], label="word error rate", marker=".")
    errors.plot(epochs, [record.dev_cer for record in records], label="character error rate", marker=".")
    errors.plot(epochs, [record.blank_rate for record in records], label="blank frames", color="0.7", linestyle=":")
    errors.set(title="dev", xlabel="epoch", ylabel="%", ylim=(0, 105))
    rate.plot(epochs, [record.learning_rate for record in records], label="learning rate", color="tab:green")
    rate.set(title="step size", xlabel="epoch", yscale="log")
    norm = rate.twinx()
    norm.plot(epochs, [record.gradient_norm for record in records], label="gradient norm (right)", color="tab:red")
    for axes in (loss, errors, rate):
        axes.grid(alpha=0.3)
        axes.legend(loc="upper right", fontsize="small")
    norm.legend(loc="lower left", fontsize="small")
    figure.suptitle(title)
    picture = io.BytesIO()
    canvas.print_png(picture)  # type: ignore[no-untyped-call]
    write_bytes(run / CURVES_FILE, picture.getvalue())
