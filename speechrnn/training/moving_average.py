"""An exponential moving average of the weights (Polyak and Juditsky 1992), kept beside those that are trained.

Early weights are no better than noise, so the average forgets them: its decay rises with the number of updates n as
(1 + n) / (10 + n), until it reaches the decay that was asked for.
"""

from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor

PREFIX: Final = "ema."
UPDATES: Final = "ema_updates"


@dataclass(slots=True)
class MovingAverage:
    """An average in progress.

    Attributes:
        decay: share of the old average in the new one, once warmed up.
        tensors: the averages, under the names of what is averaged.
        updates: how often weights were taken in.
    """

    decay: float
    tensors: dict[str, Tensor]
    updates: int = field(default=0)

    def __post_init__(self) -> None:
        """Begin at the weights as they are."""
        self.tensors = {name: tensor.detach().clone() for name, tensor in self.tensors.items()}

    @torch.no_grad()
    def update(self, tensors: dict[str, Tensor]) -> None:
        """Take in the weights after a step; what is no real number, such as a count, is copied."""
        decay = warmed_up(self.decay, self.updates)
        for name, tensor in tensors.items():
            if tensor.is_floating_point():
                self.tensors[name].lerp_(tensor, 1 - decay)
            else:
                self.tensors[name].copy_(tensor)
        self.updates += 1

    def to_tensors(self) -> dict[str, Tensor]:
        """Name everything a checkpoint must hold."""
        named = {PREFIX + name: tensor for name, tensor in self.tensors.items()}
        return {**named, UPDATES: torch.tensor(self.updates)}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Take up what `to_tensors` named; other tensors are left alone."""
        for name, tensor in self.tensors.items():
            tensor.copy_(tensors[PREFIX + name])
        self.updates = int(tensors[UPDATES])


def warmed_up(decay: float, updates: int) -> float:
    """Give the decay of the update that follows `updates` others.

    >>> warmed_up(0.999, 0), warmed_up(0.999, 90), warmed_up(0.5, 90)
    (0.1, 0.91, 0.5)
    """
    return min(decay, (1 + updates) / (10 + updates))
