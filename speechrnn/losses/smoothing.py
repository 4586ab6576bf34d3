"""Label smoothing for CTC: every frame pays for being sure.

The divergence of a frame's labels from the uniform distribution, `KL(uniform || p)`, grows without bound as any label's
probability goes to 0. (Kim et al. 2018 smooth CTC's frames with the divergence the other way round.)
"""

import math

import torch
from torch import Tensor


def uniform_divergences(log_probs: Tensor, input_lengths: Tensor) -> Tensor:
    """Sum `KL(uniform || p)` over the frames of each utterance.

    Args:
        log_probs: natural log, `(time, batch, vocab)`.
        input_lengths: output frames `(batch,)`.

    Returns:
        `(batch,)`, in nats, 0 or more.
    """
    divergences = -log_probs.mean(dim=2) - math.log(log_probs.shape[2])
    return sum_of_frames(divergences, input_lengths)


def sum_of_frames(values: Tensor, input_lengths: Tensor) -> Tensor:
    """Sum what stands within each length of `values` `(time, batch)`."""
    frames = torch.arange(len(values), device=values.device).unsqueeze(1)
    return values.masked_fill(frames >= input_lengths, 0).sum(dim=0)
