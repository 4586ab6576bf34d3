"""Masks and reversals that respect each utterance's own length, so that padding never reaches a result.

Axes are `(batch, time, feat)`; a frame at `t >= length` is padding and is kept at zero.
"""

import torch
from torch import Tensor


def valid_frames(lengths: Tensor, time: int) -> Tensor:
    """Tell which frames are real.

    Args:
        lengths: frames per utterance, `(batch,)`.
        time: frames of the padded batch.

    Returns:
        `(batch, time)` bool, true where `t < length`.
    """
    return torch.arange(time, device=lengths.device) < lengths.unsqueeze(1)


def zero_padding(frames: Tensor, lengths: Tensor) -> Tensor:
    """Set every frame past its utterance's length to zero.

    Args:
        frames: `(batch, time, feat)`.
        lengths: `(batch,)`.

    Returns:
        `(batch, time, feat)`.
    """
    return frames * valid_frames(lengths, frames.shape[1]).unsqueeze(2).to(frames.dtype)


def reversal_index(lengths: Tensor, time: int) -> Tensor:
    """Index that reverses each utterance within its length and leaves its padding where it is.

    Applied twice it gives the original order back: frame `t` goes to `length - 1 - t` while `t < length`.

    Args:
        lengths: `(batch,)`.
        time: frames of the padded batch.

    Returns:
        `(batch, time)` int64.
    """
    position = torch.arange(time, device=lengths.device).unsqueeze(0)
    mirrored = lengths.unsqueeze(1) - 1 - position
    return torch.where(mirrored >= 0, mirrored, position)


def reverse_within_lengths(frames: Tensor, index: Tensor) -> Tensor:
    """Reorder frames by an index from `reversal_index`.

    Args:
        frames: `(batch, time, feat)`.
        index: `(batch, time)`.

    Returns:
        `(batch, time, feat)`.
    """
    return frames.gather(1, index.unsqueeze(2).expand(-1, -1, frames.shape[2]))
