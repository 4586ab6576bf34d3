"""Velocity and acceleration of features: the slope of a regression line over the two frames before and after.

`delta[t] = sum_n n (x[t + n] - x[t - n]) / 10` for n = 1, 2, as `torchaudio.functional.compute_deltas` with its default
window, which knows no lengths. Beyond either end of an utterance its first or last valid frame is repeated;
acceleration is the velocity's velocity and repeats the velocity's own end frames.
"""

import torch
from torch import Tensor

_HALF_WINDOW = 2
_DENOMINATOR = 2 * sum(n * n for n in range(1, _HALF_WINDOW + 1))


def append_deltas(static: Tensor, lengths: Tensor, order: int) -> Tensor:
    """Append `order` derivatives to every frame.

    Args:
        static: `(batch, time, feat)`; what stands past a length is ignored.
        lengths: frames per utterance, `(batch,)`.
        order: 0 gives the static features alone, 1 adds velocity, 2 adds acceleration.

    Returns:
        `(batch, time, feat * (1 + order))`, zero past each length.
    """
    parts = [static]
    for _ in range(order):
        parts.append(_delta(parts[-1], lengths))
    features = torch.cat(parts, dim=2)
    padding = torch.arange(static.shape[1], device=static.device) >= lengths.to(static.device).unsqueeze(1)
    return features.masked_fill(padding.unsqueeze(2), 0.0)


def _delta(values: Tensor, lengths: Tensor) -> Tensor:
    """Return the slope at every frame, `(batch, time, feat)`; frames past a length are meaningless."""
    held = _hold_ends(values, lengths)
    time = values.shape[1]
    delta = torch.zeros_like(values)
    for n in range(1, _HALF_WINDOW + 1):
        later = held[:, _HALF_WINDOW + n : _HALF_WINDOW + n + time]
        earlier = held[:, _HALF_WINDOW - n : _HALF_WINDOW - n + time]
        delta += n * (later - earlier)
    return delta / _DENOMINATOR


def _hold_ends(values: Tensor, lengths: Tensor) -> Tensor:
    """Repeat the first and last valid frame: `(batch, time, feat)` to `(batch, time + 4, feat)`."""
    if values.shape[1] == 0:
        return values.new_zeros(values.shape[0], 2 * _HALF_WINDOW, values.shape[2])
    position = torch.arange(-_HALF_WINDOW, values.shape[1] + _HALF_WINDOW, device=values.device).unsqueeze(0)
    last = (lengths.to(values.device) - 1).clamp(min=0).unsqueeze(1)
    index = torch.minimum(position.clamp(min=0), last)
    return values.gather(1, index.unsqueeze(2).expand(-1, -1, values.shape[2]))
