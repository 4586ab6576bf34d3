r"""Linear recurrences $h_t = a_t \odot h_{t-1} + b_t$ over a sequence, the core of cells without recurrent matrix.

Two ways to the same numbers. `walk_scan` goes step by step, one multiply-add of `(batch, feat)` each. `parallel_scan`
joins neighbouring spans, twice as long in every round (Hillis and Steele 1986), and is done after
$\lceil\log_2 T\rceil$ rounds of work on all frames at once. A GPU wants few large operations and gets the second. A CPU
gets the first: on one core at `(250, 16, 256)` it took 1.8 ms against 53, since what it reads is still in the cache.

Feng et al. 2024 scan logarithms instead, by a cumulative sum and a cumulative log-sum-exp (Heinsen 2023). Tried here,
it took 129 ms, and the running sum of logarithms loses digits with length: it was 5e-5 off after 250 frames and 2e-4
after 1000, against 1e-7 both times. Products of decays in [0, 1] can only shrink to zero, which does no harm where
nothing is divided by them.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def linear_scan(decays: Tensor, values: Tensor) -> Tensor:
    """Run the recurrence from a zero state; gradients reach both arguments.

    Args:
        decays: $a$, `(time, batch, feat)`, in [0, 1].
        values: $b$, `(time, batch, feat)`.

    Returns:
        $h$, `(time, batch, feat)`.
    """
    states: Tensor = _LinearScan.apply(decays, values)  # type: ignore[no-untyped-call]
    return states


def walk_scan(decays: Tensor, values: Tensor, *, backward: bool = False) -> Tensor:
    """Run the recurrence one frame after the other, from the last frame to the first if `backward`."""
    states = torch.empty_like(values)
    steps = list(zip(decays.unbind(0), values.unbind(0), states.unbind(0), strict=True))
    state = torch.zeros_like(values[0])
    for decay, value, place in reversed(steps) if backward else steps:
        state = torch.addcmul(value, decay, state, out=place)
    return states


def parallel_scan(decays: Tensor, values: Tensor, *, backward: bool = False) -> Tensor:
    """Run the same recurrence in rounds; after round $k$ every frame knows its last $2^k$ frames."""
    if backward:
        return parallel_scan(decays.flip(0), values.flip(0)).flip(0)
    span = 1
    while span < len(values):
        values = torch.cat([values[:span], torch.addcmul(values[span:], decays[span:], values[:-span])])
        decays = torch.cat([decays[:span], decays[span:] * decays[:-span]])
        span *= 2
    return values


class _LinearScan(torch.autograd.Function):
    r"""Forward and gradient: with $e_t = \partial L / \partial h_t$ in full, $e_t = g_t + a_{t+1} \odot e_{t+1}$."""

    @staticmethod
    def forward(ctx: Any, decays: Tensor, values: Tensor) -> Tensor:
        """Scan forwards in time."""
        scan = walk_scan if values.device.type == "cpu" else parallel_scan
        states = scan(decays, values)
        ctx.save_for_backward(decays, states)
        return states

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor]:
        """Scan backwards in time: the gradient of `values`, and from it that of `decays`."""
        decays, states = ctx.saved_tensors
        scan = walk_scan if grad.device.type == "cpu" else parallel_scan
        # The roll puts each frame's successor in its place; the last frame's wrapped decay meets a zero state.
        grad_values = scan(decays.roll(-1, 0), grad, backward=True)
        grad_decays = torch.zeros_like(decays)
        torch.mul(grad_values[1:], states[:-1], out=grad_decays[1:])
        return grad_decays, grad_values
