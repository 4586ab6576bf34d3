"""How many frames audio has: the one rule, in plain integers.

Samples are padded, then a window of `window_samples` is read every `shift_samples` for as long as it fits, so
`num_frames = 1 + (pad_left + num_samples + pad_right - window_samples) // shift_samples`, or 0 when none fits.
The conventions differ in the padding. kaldi: none (`snip_edges`). sphinx: one zero before, the sample that pre-emphasis
takes from the previous frame; the last frame of `sphinx_fe`, which it fills up with zeros, is left out. librosa: half a
window mirrored at both ends, so that frames are centred; audio of half a window or less cannot be mirrored: 0 frames.
"""

from dataclasses import dataclass
from typing import Literal

from speechrnn.recipe import FeaturesConfig


@dataclass(frozen=True, slots=True)
class Framing:
    """Padding and frame grid of a front end, all in samples."""

    window_samples: int
    shift_samples: int
    pad_left: int
    pad_right: int
    pad_mode: Literal["zero", "reflect"]


def framing(config: FeaturesConfig) -> Framing:
    """Return the frame grid that `config` describes.

    A length in ms that is no whole number of samples is cut off as in Kaldi, elsewhere rounded as in Sphinx.
    """
    window = config.sample_rate_hz * config.frame_length_ms / 1000
    shift = config.sample_rate_hz * config.frame_shift_ms / 1000
    if config.convention == "kaldi":
        return Framing(int(window), int(shift), 0, 0, "zero")
    window_samples, shift_samples = int(window + 0.5), int(shift + 0.5)
    if config.convention == "sphinx":
        return Framing(window_samples + 1, shift_samples, 1, 0, "zero")
    half = window_samples // 2
    return Framing(window_samples, shift_samples, half, half, "reflect")


def num_frames(num_samples: int, config: FeaturesConfig) -> int:
    """Count the frames of `num_samples` samples at `config.sample_rate_hz`.

    >>> num_frames(16000, FeaturesConfig())
    98
    """
    grid = framing(config)
    if grid.pad_mode == "reflect" and num_samples <= max(grid.pad_left, grid.pad_right):
        return 0
    padded = grid.pad_left + num_samples + grid.pad_right
    return max(0, 1 + (padded - grid.window_samples) // grid.shift_samples)


def min_samples(config: FeaturesConfig, frames: int = 1) -> int:
    """Return the fewest samples that give at least `frames` frames, the inverse of `num_frames`."""
    grid = framing(config)
    needed = grid.window_samples + (frames - 1) * grid.shift_samples - grid.pad_left - grid.pad_right
    mirrored = max(grid.pad_left, grid.pad_right) + 1 if grid.pad_mode == "reflect" else 1
    return max(needed, mirrored)


def output_frames(num_frames: int, subsampling_factor: int) -> int:
    """Count the frames the encoder makes of `num_frames` input frames: their quotient, rounded up."""
    return -(-num_frames // subsampling_factor)
