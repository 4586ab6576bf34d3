"""The random numbers of one utterance in one epoch, and what the first of them say of its length.

They come from the recipe's seed, the epoch and the utterance's id, so whoever plans batches can draw them too: speech
that will be played a fifth slower belongs beside longer speech, else a fifth of each batch is padding. The tempo is
drawn first, then the speed (`features/augment/waveform.py`).
"""

import zlib

import numpy as np
from lhotse.cut import MonoCut

from speechrnn.recipe import AugmentConfig, Recipe


def utterance_draws(recipe: Recipe, epoch: int, utterance_id: str) -> np.random.Generator:
    """Give the generator of an utterance's augmentation, at its beginning."""
    return np.random.default_rng([recipe.seed, epoch, zlib.crc32(utterance_id.encode())])


def drawn_seconds(cut: MonoCut, recipe: Recipe, epoch: int) -> float:
    """Tell how long an utterance will be once this epoch's rate of speech is drawn."""
    augment = recipe.augment
    if not augment.speed_factors and augment.tempo_factors == (1, 1):
        return float(cut.duration)
    rng = utterance_draws(recipe, epoch, cut.id)
    tempo = draw_tempo(augment, rng)
    speed = float(rng.choice(augment.speed_factors)) if augment.speed_factors else 1.0
    return float(cut.duration) / tempo / speed


def draw_tempo(augment: AugmentConfig, rng: np.random.Generator) -> float:
    """Draw a factor of tempo; nothing is drawn where there is no choice."""
    low, high = augment.tempo_factors
    return low if low == high else float(rng.uniform(low, high))
