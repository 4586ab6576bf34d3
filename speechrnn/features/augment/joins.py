"""Utterances set end to end with pauses between them, as samples or as static features."""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from speechrnn.features.augment.speed import Samples

_BLOCK_SECONDS = 0.01
_QUIET_PERCENTILE = 10


def join_samples(
    parts: Sequence[Samples], gaps_seconds: Sequence[float], sample_rate_hz: int, rng: np.random.Generator
) -> Samples:
    """Join waveforms.

    A pause is white noise as loud as the quiet moments of the quieter neighbour: digital silence would be a sound that
    no recording has, and after the logarithm the loudest feature of all.

    Args:
        parts: each `(num_samples,)`.
        gaps_seconds: the pauses, one fewer than parts.
        sample_rate_hz: rate of all parts.
        rng: where the noise comes from; a single part draws nothing.

    Returns:
        `(samples of all parts + pauses,)`, each pause to the nearest sample.
    """
    levels = [quiet_level(part, sample_rate_hz) for part in parts]
    pieces = [parts[0]]
    for number, gap in enumerate(gaps_seconds, start=1):
        noise = rng.standard_normal(round(gap * sample_rate_hz), dtype=np.float32)
        pieces += [noise * np.float32(min(levels[number - 1], levels[number])), parts[number]]
    return np.concatenate(pieces) if gaps_seconds else parts[0]


def quiet_level(samples: Samples, sample_rate_hz: int) -> float:
    """Return the root mean square that a tenth of all blocks of 10 ms stay below; 0 where there is no whole block."""
    block = max(1, round(_BLOCK_SECONDS * sample_rate_hz))
    blocks = samples[: len(samples) // block * block].reshape(-1, block)
    return float(np.sqrt(np.percentile(np.mean(blocks**2, axis=1), _QUIET_PERCENTILE))) if len(blocks) else 0.0


def join_frames(parts: Sequence[NDArray[np.float32]], gaps: Sequence[int]) -> NDArray[np.float32]:
    """Join static features; a pause goes from the last frame before it to the first after it in even steps.

    Args:
        parts: each `(time, feat)`.
        gaps: frames of the pauses, one fewer than parts.

    Returns:
        `(frames of all parts + pauses, feat)`.
    """
    if len(parts) == 1:
        return parts[0]
    pieces = []
    for part, following, gap in zip_longest(parts, parts[1:], gaps):
        pieces.append(part)
        if gap and len(part) and len(following):
            steps = np.arange(1, gap + 1, dtype=np.float32)[:, np.newaxis] / (gap + 1)
            pieces.append(part[-1] + steps * (following[0] - part[-1]))
    return np.concatenate(pieces)
