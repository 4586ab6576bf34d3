"""Fewer, wider frames before the recurrence: every recurrent step saved is time saved in training and decoding.

A convolution is followed by a ReLU, whose outputs all have a mean over zero, or by tanh. What is the same in every
frame drives a recurrence hard at the start and says nothing; on small data CTC may then stay with blanks for good.

Both ways give `ceil(time / factor)` frames and read padding as zeros, so one utterance alone and the same utterance in
a padded batch come out equal.
"""

from typing import Literal

import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.lengths import zero_padding
from speechrnn.recipe import ModelConfig
from speechrnn.recipe.strides import MORE_KERNEL, prime_factors

Activation = Literal["relu", "tanh"]


class StackFrames(nn.Module):
    """Join `factor` neighbouring frames side by side; no parameters."""

    def __init__(self, factor: int, num_features: int) -> None:
        """Stack `factor` frames of `num_features` values."""
        super().__init__()
        self.factor = factor
        self.output_size = factor * num_features

    def forward(self, frames: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Stack a batch.

        Args:
            frames: `(batch, time, feat)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            `(batch, ceil(time / factor), factor * feat)` and lengths `ceil(length / factor)`.
        """
        batch, time, _ = frames.shape
        padded = F.pad(frames, (0, 0, 0, -time % self.factor))
        stacked = padded.reshape(batch, padded.shape[1] // self.factor, self.output_size)
        return stacked, subsampled_lengths(lengths, self.factor)


class StridedConvolution(nn.Module):
    """One convolution over time per prime factor of the subsampling factor, each followed by the activation.

    Further convolutions of stride 1 may follow, each with its activation and added to what it reads (He et al. 2016):
    they cost little there, and each lets a frame see two more neighbours to either side.
    """

    def __init__(
        self, factor: int, num_features: int, channels: int, more_layers: int = 0, activation: Activation = "tanh"
    ) -> None:
        """Subsample `num_features` values by `factor` into `channels` values, with `more_layers` after the strides."""
        super().__init__()
        self.activation = activation
        strides = prime_factors(factor)
        sizes = [num_features, *[channels] * len(strides)]
        self.convs = nn.ModuleList(
            # Kernel 2s-1 with padding s-1 sees both neighbours and gives exactly ceil(time / s) frames.
            nn.Conv1d(sizes[i], channels, kernel_size=2 * s - 1, stride=s, padding=s - 1)
            for i, s in enumerate(strides)
        )
        self.more_convs = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel_size=MORE_KERNEL, padding=MORE_KERNEL // 2) for _ in range(more_layers)
        )
        self.strides = strides
        self.output_size = channels

    def forward(self, frames: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Convolve a batch.

        Args:
            frames: `(batch, time, feat)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            `(batch, ceil(time / factor), channels)` and the lengths, divided likewise.
        """
        for conv, stride in zip(self.convs, self.strides, strict=True):
            frames = self._activated(conv, frames)
            lengths = subsampled_lengths(lengths, stride)
            # The bias turns padding into something; the next convolution must again see zeros there.
            frames = zero_padding(frames, lengths)
        for conv in self.more_convs:
            frames = frames + zero_padding(self._activated(conv, frames), lengths)
        return frames, lengths

    def _activated(self, conv: nn.Module, frames: Tensor) -> Tensor:
        convolved: Tensor = conv(frames.transpose(1, 2)).transpose(1, 2)
        return convolved.tanh() if self.activation == "tanh" else F.relu(convolved)


def subsampled_lengths(lengths: Tensor, factor: int) -> Tensor:
    """Give `ceil(length / factor)` for each length, `(batch,)`."""
    return (lengths + factor - 1).div(factor, rounding_mode="floor")


def build_subsampling(config: ModelConfig, num_features: int) -> StackFrames | StridedConvolution:
    """Make the subsampling a recipe asks for."""
    if config.subsampling == "stack":
        return StackFrames(config.subsampling_factor, num_features)
    return StridedConvolution(
        config.subsampling_factor, num_features, config.conv_channels, config.conv_layers, config.conv_activation
    )
