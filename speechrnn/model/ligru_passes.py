r"""The recurrence of the light GRU over all frames, forwards and backwards in time, with its gradient written out.

$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$, where $(z_t, n_t)$ are the sigmoid and the rectified value, cut at a
limit, of the two halves of $a_t = d_t + U h_{t-1}$ (Ravanelli et al. 2018). Autograd over that loop calls a dozen small
operations per frame, and adds to the gradient of $U$ at every one. Here a frame takes four forwards and three
backwards, for both directions of a layer at once, and all else is done on all frames together. On one core, two
directions of 128 units take 0.9 of autograd's time on 40 utterances of 30 frames, 0.45 on 10 of 120, a third on 5 of
240.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from speechrnn.model.cells_normalized import CANDIDATE_LIMIT


def run_ligru(drives: Sequence[Tensor], matrices: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Run recurrences of one size side by side from zero states; gradients reach every argument.

    Args:
        drives: $d$ of each direction, what comes from the input, gate before candidate, `(time, batch, 2 * size)`.
        matrices: $U$ of each direction, `(2 * size, size)`.

    Returns:
        $h$ of each direction, `(time, batch, size)`.
    """
    states: Tensor = _LiGruPasses.apply(*drives, *matrices)  # type: ignore[no-untyped-call]
    return states.unbind(0)


class _LiGruPasses(torch.autograd.Function):
    r"""With $e_t = \partial L / \partial h_t$ in full: $e_{t-1} = g_{t-1} + z_t \odot e_t + U^\top \delta_t$.

    $\delta_t$, the gradient at $a_t$, is $e_t$ times a factor that only the forward pass decides, so the factors of all
    frames are computed before the walk. Everything lies as `(direction, time, batch, feat)`: those of one direction
    are one matrix, which the gradient of $U$ takes as it is.
    """

    @staticmethod
    def forward(ctx: Any, *drives_and_matrices: Tensor) -> Tensor:
        """Walk forwards; keep gates, candidates and states."""
        half = len(drives_and_matrices) // 2
        activations = torch.stack(drives_and_matrices[:half])
        matrices = torch.stack(drives_and_matrices[half:])
        directions, time, batch, width = activations.shape
        states = activations.new_zeros(directions, time + 1, batch, width // 2)
        transposed, places = matrices.transpose(1, 2).contiguous(), states.unbind(1)
        gates, candidates = (part.unbind(1) for part in activations.chunk(2, dim=3))
        frames = zip(activations.unbind(1), gates, candidates, places[:-1], places[1:], strict=True)
        for activation, gate, candidate, before, after in frames:
            torch.baddbmm(activation, before, transposed, out=activation)
            torch.lerp(candidate.clamp_(0, CANDIDATE_LIMIT), before, gate.sigmoid_(), out=after)
        ctx.save_for_backward(activations, states, matrices)
        return states[:, 1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, ...]:
        """Walk backwards; then the gradient of a matrix is one product over all frames."""
        activations, states, matrices = ctx.saved_tensors
        gates, before = activations.chunk(2, dim=3)[0], states[:, :-1]
        factors, deltas = _factors(activations, before), torch.empty_like(activations)
        gradients, halves = grad.unbind(1), deltas.view(factors.shape)
        full, earlier = gradients[-1], (torch.zeros_like(gradients[0]), *gradients[:-1])
        frames = [earlier, *(each.unbind(1) for each in (gates, factors, halves, deltas))]
        for grad_before, gate, factor, half, delta in zip(*map(reversed, frames), strict=True):
            torch.mul(factor, full.unsqueeze(2), out=half)
            full = torch.addcmul(grad_before, gate, full).baddbmm_(delta, matrices)
        grad_matrices = torch.bmm(deltas.flatten(1, 2).transpose(1, 2), before.flatten(1, 2))
        return (*deltas.unbind(0), *grad_matrices.unbind(0))


def _factors(activations: Tensor, before: Tensor) -> Tensor:
    r"""Give $\partial h_t / \partial a_t$ by halves of $a$, `(direction, time, batch, 2, size)`."""
    gates, candidates = activations.chunk(2, dim=3)
    opening = 1 - gates
    factors = activations.new_empty(*gates.shape[:3], 2, gates.shape[3])
    torch.mul(torch.sub(before, candidates).mul_(gates), opening, out=factors[..., 0, :])
    # What is over 0 and below the limit has slope 1, as these signs have it; all else 0.
    slopes = candidates.sign().mul_((CANDIDATE_LIMIT - candidates).sign_())
    torch.mul(slopes, opening, out=factors[..., 1, :])
    return factors
