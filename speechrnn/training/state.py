"""Where a run stands: everything besides tensors that the next step depends on, and that a checkpoint must hold."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class EpochSums:
    """What an epoch has added up so far; saved, so that an epoch resumed in its middle reports itself whole."""

    loss: float = 0.0
    labels: int = 0
    gradient_norm: float = 0.0
    batches: int = 0
    audio_seconds: float = 0.0
    frames: int = 0
    padded_frames: int = 0
    loading_seconds: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class RunState:
    """Position and history of a run. `epoch` counts finished epochs, `batch` finished batches of the current one.

    `averaged_epochs` is None until training.average_epochs was tried, then the number of epochs whose mean is the
    model, 0 where the best epoch stayed the model.
    """

    epoch: int = 0
    batch: int = 0
    sums: EpochSums = field(default_factory=EpochSums)
    best_epoch: int = 0
    best_cer: float = float("inf")
    best_loss: float = float("inf")
    epochs_without_better: int = 0
    halvings: int = 0
    seconds: float = 0.0
    finished: bool = False
    averaged_epochs: int | None = None
    unreadable: dict[str, str] = field(default_factory=dict)
    symbols: list[str] = field(default_factory=list)
    teacher: str = ""

    def better(self, cer: float, loss: float) -> bool:
        """Tell whether a dev result beats the best so far: by CER, ties by loss."""
        return (cer, loss) < (self.best_cer, self.best_loss)

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "RunState":
        """Read plain values back."""
        return cls(**{**values, "sums": EpochSums(**values["sums"])})
