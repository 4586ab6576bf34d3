"""Silence in a recording: what lies near its own noise floor.

Loudness is the mean power of short blocks; the floor and the level of speech are low and high percentiles of it, so
no fixed level has to suit every microphone. Levels are in dB of full scale, times in seconds.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio.read import Audio

BLOCK_SECONDS: Final = 0.01
SMOOTH_BLOCKS: Final = 3
"""Loudness is a mean over this many blocks: shorter than a pause, longer than a period of the voice."""
FLOOR_PERCENTILE: Final = 5
SPEECH_PERCENTILE: Final = 95
MAX_RANGE_DB: Final = 60.0
"""Speech is louder than any room's noise by less than this; digital silence is quieter by more."""
MIN_RANGE_DB: Final = 10.0
"""Where the floor is nearer to the level of speech than this, nothing in the recording is silence."""
SILENT_SHARE: Final = 0.15
"""Silence ends at this share of the way, in dB, from the floor up to the level of speech."""


def loudness(audio: Audio) -> NDArray[np.float64]:
    """Measure the level of every block of 10 ms, smoothed: `(num_blocks,)` in dB of full scale."""
    # Edges are rounded one by one: 22 050 Hz has 220.5 samples a block, and half a sample each time adds up.
    starts = np.round(np.arange(0, len(audio.samples), BLOCK_SECONDS * audio.sample_rate_hz)).astype(np.intp)
    starts = starts[starts < len(audio.samples)]
    energy = np.add.reduceat(np.square(audio.samples, dtype=np.float64), starts)
    power = energy / np.diff(starts, append=len(audio.samples))
    # Past the ends stands the outermost block, not zero, which would look like silence.
    padded = np.pad(power, SMOOTH_BLOCKS // 2, mode="edge")
    smooth = np.convolve(padded, np.full(SMOOTH_BLOCKS, 1 / SMOOTH_BLOCKS), mode="valid")
    return np.asarray(10 * np.log10(np.maximum(smooth, 1e-12)))


def silence_threshold(levels: NDArray[np.float64]) -> float:
    """Give the level in dB below which a block counts as silence; -inf where none does."""
    floor, speech = np.percentile(levels, [FLOOR_PERCENTILE, SPEECH_PERCENTILE])
    floor = max(floor, speech - MAX_RANGE_DB)
    return float(floor + SILENT_SHARE * (speech - floor)) if speech - floor >= MIN_RANGE_DB else -np.inf


def silent_runs(levels: NDArray[np.float64], threshold: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the stretches below a level.

    Args:
        levels: `(num_blocks,)` in dB.
        threshold: in dB.

    Returns:
        The first block of each stretch, and the block after its last: `(num_runs,)` each, in order.
    """
    silent = np.concatenate(([False], levels < threshold, [False]))
    changes = np.flatnonzero(silent[1:] != silent[:-1])
    return changes[::2], changes[1::2]
