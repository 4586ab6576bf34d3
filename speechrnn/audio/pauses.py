"""Silence in a recording: what lies near its own noise floor.

Loudness is the mean power of short blocks; the floor and the level of speech are low and high percentiles of it, so
no fixed level has to suit every microphone. Digital silence (zeros put in by a program) is silence whatever the rest
sounds like, and says nothing about the noise of the room. Levels are in dB of full scale, times in seconds.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio.read import Audio

BLOCK_SECONDS: Final = 0.01
SMOOTH_BLOCKS: Final = 3
"""Loudness is a mean over this many blocks: shorter than a pause, longer than a period of the voice."""
FLOOR_PERCENTILE: Final = 5
LOUD_SHARE: Final = 0.05
"""The level of speech is that which this share of the sound exceeds."""
LOUD_BLOCKS: Final = 20
"""A word of 0.2 s is speech enough, however long the recording: not only where it fills the loudest percentiles."""
MAX_RANGE_DB: Final = 60.0
"""Speech is louder than any room's noise by less than this."""
DIGITAL_DB: Final = -100.0
"""Quieter than any converter: a single step of 16 bits, up and down, has -90 dB."""
MIN_RANGE_DB: Final = 10.0
"""Where the floor is nearer to the level of speech than this, nothing in the recording is silence."""
GATED_RANGE_DB: Final = 20.0
GATED_SHARE: Final = 0.25
"""Beside digital silence a floor lies lower than this, under so much of the sound: zeros may be all the pauses there
are, and what is quietest between them the end of a word, or a soft one."""
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
    """Give the level in dB below which sound counts as silence; -inf where none does."""
    sound = np.sort(levels[levels >= DIGITAL_DB])
    if not len(sound):
        return -np.inf
    speech = float(sound[-max(1, min(LOUD_BLOCKS, round(LOUD_SHARE * len(sound))))])
    floor = max(low_percentile(sound), speech - MAX_RANGE_DB)
    gated = low_percentile(np.sort(levels)) < DIGITAL_DB
    if gated and not _is_noise(floor, sound, speech):
        floor = speech - MAX_RANGE_DB
    return _above(floor, speech) if speech - floor >= MIN_RANGE_DB else -np.inf


def low_percentile(ordered: NDArray[np.float64]) -> float:
    """Give what `FLOOR_PERCENTILE` of some values, smallest first, lie below, as `np.percentile` does.

    That function imports `numpy.ma`, for which a short recording would have to wait.
    """
    place = FLOOR_PERCENTILE / 100 * (len(ordered) - 1)
    return float(np.interp(place, np.arange(len(ordered)), ordered))


def _is_noise(floor: float, sound: NDArray[np.float64], speech: float) -> bool:
    """Tell whether a floor beside digital silence is that of a room, and not of the voice."""
    return speech - floor >= GATED_RANGE_DB and float(np.mean(sound < _above(floor, speech))) >= GATED_SHARE


def _above(floor: float, speech: float) -> float:
    return floor + SILENT_SHARE * (speech - floor)


def silent_runs(levels: NDArray[np.float64], threshold: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the stretches below a level, and those of digital silence.

    Args:
        levels: `(num_blocks,)` in dB.
        threshold: in dB.

    Returns:
        The first block of each stretch, and the block after its last: `(num_runs,)` each, in order.
    """
    silent = np.concatenate(([False], levels < max(threshold, DIGITAL_DB), [False]))
    changes = np.flatnonzero(silent[1:] != silent[:-1])
    return changes[::2], changes[1::2]
