"""Faster or slower speech at the same pitch: static features read between frames, along straight lines.

A frame holds a spectrum and no phase, so stretching the row of frames changes the rate of speaking and nothing else.
"""

import numpy as np
from numpy.typing import NDArray


def num_frames_at(num_frames: int, factor: float) -> int:
    """Count the frames at `factor` times the tempo: the nearest whole number, halves up; 1 at least where one came."""
    return max(min(num_frames, 1), int(num_frames / factor + 0.5))


def change_tempo(static: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Speak `factor` times as fast.

    Args:
        static: `(time, feat)` before deltas.
        factor: over 1 is faster.

    Returns:
        `(num_frames_at(time, factor), feat)`; the middles of all frames, old or new, span the same time.
    """
    frames, wanted = len(static), num_frames_at(len(static), factor)
    if wanted == frames:
        return static
    place = ((np.arange(wanted) + 0.5) * (frames / wanted) - 0.5).clip(0, frames - 1)
    before = place.astype(np.int64)
    after = np.minimum(before + 1, frames - 1)
    share = (place - before).astype(np.float32)[:, np.newaxis]
    changed: NDArray[np.float32] = static[before] * (1 - share) + static[after] * share
    return changed
