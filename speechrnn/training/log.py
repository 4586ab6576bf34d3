"""One record per epoch, in `log.jsonl` and, where the package is installed, in TensorBoard."""

import importlib.util
import json
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from speechrnn.atomic import write_bytes

LOG_FILE = "log.jsonl"
BOARD_FOLDER = "tensorboard"


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """What one epoch came to. Losses are per label, rates and shares in percent.

    `loading_share` is how much of the steps' time was spent waiting for a batch, `padding_share` how many of the frames
    that went through the model were padding.
    """

    epoch: int
    loss: float
    dev_loss: float
    dev_cer: float
    dev_wer: float
    blank_rate: float
    gradient_norm: float
    learning_rate: float
    seconds: float
    audio_seconds: float
    loading_share: float
    padding_share: float
    peak_memory_mib: float
    steps: int = 0  # in this epoch; logs of earlier versions do not say

    def line(self, epochs: int) -> str:
        """Say it in one line."""
        return (
            f"epoch {self.epoch:>{len(str(epochs))}}/{epochs}  loss {self.loss:.3f}  dev loss {self.dev_loss:.3f}  "
            f"CER {self.dev_cer:.1f} %  WER {self.dev_wer:.1f} %  blank {self.blank_rate:.0f} %  "
            f"grad {self.gradient_norm:.2f}  lr {self.learning_rate:.1e}  {self.seconds:.1f} s, "
            f"waiting {self.loading_share:.0f} %, padding {self.padding_share:.0f} %"
        )


def peak_memory_mib() -> float:
    """The most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def read_log(run: Path) -> list[EpochRecord]:
    """Read a run's records, oldest first."""
    path = run / LOG_FILE
    if not path.exists():
        return []
    return [EpochRecord(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write_log(run: Path, records: list[EpochRecord]) -> None:
    """Write all records of a run, atomically: a resumed run drops those of epochs it does again."""
    lines = "".join(json.dumps(asdict(record)) + "\n" for record in records)
    write_bytes(run / LOG_FILE, lines.encode())


class TensorBoardLog:
    """Writes the records' figures as scalars; does nothing where tensorboard is not installed."""

    def __init__(self, run: Path, first_epoch: int) -> None:
        """Open `run/tensorboard`; points from `first_epoch` on replace older ones."""
        self.writer: Any = None
        if importlib.util.find_spec("tensorboard"):
            from torch.utils.tensorboard import SummaryWriter

            self.writer = SummaryWriter(str(run / BOARD_FOLDER), purge_step=first_epoch)

    def write(self, record: EpochRecord) -> None:
        """Write one epoch."""
        if self.writer is not None:
            for name, value in asdict(record).items():
                if name != "epoch":
                    self.writer.add_scalar(name, value, record.epoch)
            self.writer.flush()

    def close(self) -> None:
        """Flush and close."""
        if self.writer is not None:
            self.writer.close()
