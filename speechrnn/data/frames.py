"""How many feature frames an utterance has, and whether CTC can spell its transcript on them."""

from collections.abc import Sequence

from lhotse.cut import MonoCut

from speechrnn.decoding.ctc_path import frames_needed
from speechrnn.features.frames import num_frames, output_frames
from speechrnn.recipe import Recipe


def input_frames(cut: MonoCut, recipe: Recipe) -> int:
    """Feature frames of an utterance before subsampling."""
    if recipe.features.stored:
        return int(cut.features.num_frames)
    return num_frames(int(cut.duration * recipe.features.sample_rate_hz), recipe.features)


def spellable(frames: int, labels: Sequence[int], recipe: Recipe) -> bool:
    """Tell whether CTC has a path for labels on so many feature frames."""
    return output_frames(frames, recipe.model.subsampling_factor) >= frames_needed(labels)
