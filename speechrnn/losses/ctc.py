"""Connectionist temporal classification: the loss that needs no alignment (Graves et al. 2006).

The loss of an utterance is minus the natural log of the summed probability of every path of labels and blanks that
collapses to its transcript. torch computes it, without `zero_infinity`: an utterance with no path at all
(`decoding/ctc_path.py` has the rule) is found and named before training, not hidden behind a zero.
"""

import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from speechrnn.recipe import LossConfig


def ctc_losses(log_probs: Tensor, targets: Tensor, input_lengths: Tensor, target_lengths: Tensor) -> Tensor:
    """Compute the loss of each utterance.

    Args:
        log_probs: natural log, `(time, batch, vocab)`, blank 0.
        targets: label ids `(batch, labels)`.
        input_lengths: output frames `(batch,)`.
        target_lengths: labels `(batch,)`.

    Returns:
        `(batch,)`; infinite where no path exists.
    """
    return F.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="none", zero_infinity=False)


def reduce_losses(losses: Tensor, target_lengths: Tensor, config: LossConfig) -> Tensor:
    """Bring per-utterance losses `(batch,)` to one number to differentiate.

    Per label, a batch of a few long utterances and one of many short ones pull equally hard, which keeps the gradient
    norm, and so the clipping, on one scale.
    """
    if config.normalize == "label":
        return losses.sum() / target_lengths.sum().clamp(min=1)
    return losses.mean()
