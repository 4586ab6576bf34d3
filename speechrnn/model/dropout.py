"""Dropout: values set to zero in training, the others scaled up so that sums keep their expectation.

Drawn for every value (Srivastava et al. 2014), or locked: once per utterance and kept over all its frames, so that a
recurrent layer cannot average the noise away over time (Gal and Ghahramani 2016, for what goes into and out of layers).
"""

import torch
from torch import Tensor, nn

from speechrnn.recipe import ModelConfig


class LockedDropout(nn.Module):
    """Drops whole channels of an utterance."""

    def __init__(self, share: float) -> None:
        """Drop each channel with probability `share`, in [0, 1)."""
        super().__init__()
        self.share = share

    def forward(self, frames: Tensor) -> Tensor:
        """Drop channels in training, nothing in evaluation; frames are `(batch, time, feat)`."""
        if not self.training or not self.share:
            return frames
        keep = 1 - self.share
        batch, _, channels = frames.shape
        mask = torch.empty(batch, 1, channels, dtype=frames.dtype, device=frames.device).bernoulli_(keep)
        return frames * mask.div_(keep)


def build_dropout(config: ModelConfig) -> nn.Module:
    """Make the dropout a recipe asks for."""
    return LockedDropout(config.dropout) if config.dropout_kind == "locked" else nn.Dropout(config.dropout)
