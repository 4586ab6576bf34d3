"""One channel of many: the mean of all, or one by its number, counted from 0."""

import numpy as np

from speechrnn.audio.decoder import Samples
from speechrnn.errors import AudioError


def to_mono(block: Samples, channel: int | None = None) -> Samples:
    """Take one channel of a block, or the mean of all.

    Args:
        block: `(num_samples, num_channels)`.
        channel: its number from 0; None for the mean.

    Returns:
        `(num_samples,)`.

    Raises:
        AudioError: there is no such channel.

    >>> to_mono(np.array([[0.0, 1.0], [0.5, 0.5]], np.float32)).tolist()
    [0.5, 0.5]
    """
    if channel is None:
        return np.asarray(block.mean(axis=1, dtype=np.float32), np.float32)
    if not 0 <= channel < block.shape[1]:
        raise AudioError(f"channel {channel} was asked for, the recording has {block.shape[1]}, counted from 0")
    return block[:, channel]
