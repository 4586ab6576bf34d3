"""One channel of many: the mean of all, or one by its number, counted from 0."""

import numpy as np

from speechrnn.audio.decoder import Samples


def to_mono(block: Samples, channel: int | None = None) -> Samples:
    """Take one channel of a block, or the mean of all.

    Args:
        block: `(num_samples, num_channels)`.
        channel: its number from 0, one that is there; None for the mean.

    Returns:
        `(num_samples,)`.

    >>> to_mono(np.array([[0.0, 1.0], [0.5, 0.5]], np.float32)).tolist()
    [0.5, 0.5]
    """
    if channel is None:
        return np.asarray(block.mean(axis=1, dtype=np.float32), np.float32)
    return block[:, channel]
