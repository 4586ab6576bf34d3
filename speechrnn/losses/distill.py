"""Knowledge distillation (Hinton et al. 2015): a student's frames are drawn to the posteriors of a teacher."""

import torch
from torch import Tensor

from speechrnn.losses.smoothing import sum_of_frames


def distillation_losses(log_probs: Tensor, teacher: Tensor, input_lengths: Tensor, temperature: float) -> Tensor:
    """Sum `T^2 KL(teacher || student)` over frames, both distributions flattened by the temperature T.

    The square keeps the gradient of one size whatever the temperature. No gradient flows into the teacher.

    Args:
        log_probs: the student's, natural log, `(time, batch, vocab)`.
        teacher: likewise.
        input_lengths: output frames `(batch,)`.
        temperature: over 0; 1 leaves the distributions as they are.

    Returns:
        `(batch,)`, in nats, 0 or more.
    """
    target, flattened = (torch.log_softmax(each / temperature, dim=2) for each in (teacher.detach(), log_probs))
    divergences = (target.exp() * (target - flattened)).sum(dim=2)
    return temperature**2 * sum_of_frames(divergences, input_lengths)
