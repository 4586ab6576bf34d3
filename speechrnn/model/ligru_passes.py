r"""The recurrence of the light GRU over all frames, forwards and backwards in time, with its gradient written out.

$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$, where $(z_t, n_t)$ are the sigmoid and the rectified value of the two
halves of $a_t = d_t + U h_{t-1}$ (Ravanelli et al. 2018). Autograd over that loop calls a dozen small operations per
frame, and adds to the gradient of $U$ at every one. Here a frame takes five forwards and three backwards, and all else
is done on all frames at once: 0.9 of the time on one core at 128 units with 30 frames in 40 utterances, 0.6 with 200 in 6.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def run_ligru(drives: Tensor, recurrent_matrix: Tensor) -> Tensor:
    """Run the recurrence from a zero state; gradients reach both arguments.

    Args:
        drives: $d$, what comes from the input, gate before candidate, `(time, batch, 2 * size)`.
        recurrent_matrix: $U$, `(2 * size, size)`.

    Returns:
        $h$, `(time, batch, size)`.
    """
    states: Tensor = _LiGruPasses.apply(drives, recurrent_matrix)  # type: ignore[no-untyped-call]
    return states


class _LiGruPasses(torch.autograd.Function):
    r"""With $e_t = \partial L / \partial h_t$ in full: $e_{t-1} = g_{t-1} + z_t \odot e_t + U^\top \delta_t$.

    $\delta_t$, the gradient at $a_t$, is $e_t$ times a factor that only the forward pass decides, so the factors of all
    frames are computed before the walk.
    """

    @staticmethod
    def forward(ctx: Any, drives: Tensor, recurrent_matrix: Tensor) -> Tensor:
        """Walk forwards; keep gates, candidates and states."""
        time, batch, width = drives.shape
        states = drives.new_zeros(time + 1, batch, width // 2)
        activations = drives.clone(memory_format=torch.contiguous_format)
        transposed, places = recurrent_matrix.t(), states.unbind(0)
        for activation, before, after in zip(activations.unbind(0), places[:-1], places[1:], strict=True):
            gate, candidate = activation.addmm_(before, transposed).chunk(2, dim=1)
            torch.lerp(candidate.relu_(), before, gate.sigmoid_(), out=after)
        ctx.save_for_backward(activations, states, recurrent_matrix)
        return states[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        """Walk backwards; then the gradient of the matrix is one product over all frames."""
        activations, states, recurrent_matrix = ctx.saved_tensors
        time, batch, width = activations.shape
        gates, factors = _gates_and_factors(activations, states[:-1])
        deltas = torch.empty_like(activations)
        full = torch.zeros_like(grad[0])
        carried = full
        frames = zip(*(each.unbind(0) for each in (grad, gates, factors, deltas)), strict=True)
        for grad_here, gate, factor, delta in reversed(list(frames)):
            full = grad_here + carried
            torch.mul(factor, full.unsqueeze(1), out=delta.view(batch, 2, width // 2))
            carried = torch.addmm(gate * full, delta, recurrent_matrix)
        grad_matrix = deltas.view(time * batch, width).t() @ states[:-1].reshape(time * batch, width // 2)
        return deltas, grad_matrix


def _gates_and_factors(activations: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    r"""Give $z$, `(time, batch, size)`, and $\partial h / \partial a$ by half, `(time, batch, 2, size)`."""
    gates, candidates = (half.contiguous() for half in activations.chunk(2, dim=2))
    opening = 1 - gates
    by_gate = (before - candidates).mul_(gates).mul_(opening)
    return gates, torch.stack([by_gate, opening.masked_fill(candidates <= 0, 0)], dim=2)
