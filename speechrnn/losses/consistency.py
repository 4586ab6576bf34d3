"""Consistency of two views of one utterance (CR-CTC, Yao et al. 2024).

Two copies of a batch, masked and dropped out each in its own way, should be heard alike. Each view's distribution at a
frame is drawn towards the other's, which is held still: so neither learns to be vague in order to agree.
"""

from torch import Tensor

from speechrnn.losses.smoothing import sum_of_frames


def consistency_losses(log_probs: Tensor, others: Tensor, input_lengths: Tensor) -> Tensor:
    """Sum `(KL(other || p) + KL(p || other)) / 2` over frames, no gradient flowing into the first of each pair.

    Args:
        log_probs: one view, natural log, `(time, batch, vocab)`.
        others: the other view, frame by frame of the same audio.
        input_lengths: output frames `(batch,)`.

    Returns:
        `(batch,)`, in nats, 0 or more.
    """
    pairs = _divergences(others.detach(), log_probs) + _divergences(log_probs.detach(), others)
    return sum_of_frames(pairs / 2, input_lengths)


def _divergences(target: Tensor, log_probs: Tensor) -> Tensor:
    """`KL(target || p)` of every frame, `(time, batch)`."""
    return (target.exp() * (target - log_probs)).sum(dim=2)
