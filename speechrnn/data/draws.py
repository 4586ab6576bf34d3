"""The random numbers of one utterance in one epoch, and what the first of them say of its length.

They come from the recipe's seed, the epoch and the utterance's id, so whoever plans batches can draw them too: speech
that will be played a fifth slower belongs beside longer speech, else a fifth of each batch is padding. The tempo is
drawn first, then the speed (`features/augment/waveform.py`); what joins and surrounds utterances has draws of its own.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from lhotse.cut import MonoCut

from speechrnn.recipe import AugmentConfig, Recipe


def utterance_draws(recipe: Recipe, epoch: int, utterance_id: str) -> np.random.Generator:
    """Give the generator of an utterance's augmentation, at its beginning."""
    return np.random.default_rng([recipe.seed, epoch, zlib.crc32(utterance_id.encode())])


def drawn_seconds(cut: MonoCut, recipe: Recipe, epoch: int) -> float:
    """Tell how long an utterance will be once this epoch's pauses and rate of speech are drawn."""
    augment = recipe.augment
    if not augment.speed_factors and augment.tempo_factors == (1, 1) and not augment.pause_probability:
        return float(cut.duration)
    rng = utterance_draws(recipe, epoch, cut.id)
    tempo = draw_tempo(augment, rng)
    seconds = float(cut.duration) + sum(draw_pauses(augment, Draws.of(rng).pauses))
    speed = float(rng.choice(augment.speed_factors)) if augment.speed_factors else 1.0
    return seconds / tempo / speed


@dataclass(frozen=True, slots=True)
class Draws:
    """Generators for what comes before the speed is drawn, so that the speed is still the next after the tempo.

    Attributes:
        joins: for the pauses between joined utterances.
        pauses: for those around an utterance.
    """

    joins: np.random.Generator
    pauses: np.random.Generator

    @classmethod
    def of(cls, rng: np.random.Generator) -> "Draws":
        """Take them from an utterance's generator, which draws nothing for it."""
        joins, pauses = rng.spawn(2)
        return cls(joins, pauses)


def draw_pauses(augment: AugmentConfig, rng: np.random.Generator) -> tuple[float, float]:
    """Draw the seconds of silence before and behind an utterance; nothing is drawn where there are none."""
    if not augment.pause_probability or rng.random() >= augment.pause_probability:
        return 0.0, 0.0
    before, behind = rng.uniform(*augment.pause_seconds, size=2)
    return float(before), float(behind)


def draw_tempo(augment: AugmentConfig, rng: np.random.Generator) -> float:
    """Draw a factor of tempo; nothing is drawn where there is no choice."""
    low, high = augment.tempo_factors
    return low if low == high else float(rng.uniform(low, high))
