"""The learning rate of every step, as pure functions of the run's progress: a resumed run needs no schedule state.

one_cycle: up along a half cosine and down along another, momentum mirrored (Smith 2018). cosine: linear warm-up, then
a half cosine to zero. plateau: linear warm-up, then constant, halved each time dev stops improving.
"""

import math
from typing import Final

from speechrnn.recipe import TrainingConfig

START_FACTOR: Final = 1 / 25
END_FACTOR: Final = 1e-3
LOW_MOMENTUM: Final = 0.85
HIGH_MOMENTUM: Final = 0.95
ADAM_BETA1: Final = 0.9


def learning_rate(config: TrainingConfig, progress: float, halvings: int) -> float:
    """Give the rate of a step.

    Args:
        config: the recipe's training section.
        progress: share of the whole run done before the step, 0 to 1.
        halvings: times the plateau rule has struck so far.
    """
    rising, falling = _phases(config, progress)
    if config.schedule == "one_cycle":
        factor = half_cosine(START_FACTOR, 1, rising) if rising < 1 else half_cosine(1, END_FACTOR, falling)
    elif config.schedule == "cosine":
        factor = _linear(rising) if rising < 1 else half_cosine(1, 0, falling)
    else:
        factor = _linear(rising) * 0.5**halvings
    return config.learning_rate * factor


def momentum(config: TrainingConfig, progress: float) -> float:
    """Give AdamW's first beta of a step: low where one_cycle's rate is high, else constant."""
    if config.schedule != "one_cycle":
        return ADAM_BETA1
    rising, falling = _phases(config, progress)
    if rising < 1:
        return half_cosine(HIGH_MOMENTUM, LOW_MOMENTUM, rising)
    return half_cosine(LOW_MOMENTUM, HIGH_MOMENTUM, falling)


def half_cosine(start: float, end: float, position: float) -> float:
    """Go from `start` at position 0 to `end` at 1, flat at both ends.

    >>> half_cosine(0, 2, 0.5)
    1.0
    """
    return end + (start - end) * (1 + math.cos(math.pi * min(position, 1))) / 2


def _linear(rising: float) -> float:
    return START_FACTOR + (1 - START_FACTOR) * min(rising, 1)


def _phases(config: TrainingConfig, progress: float) -> tuple[float, float]:
    """Share of the warm-up done, and of what follows it."""
    warmup = config.warmup_fraction
    rising = progress / warmup if warmup else 1.0
    return rising, max(progress - warmup, 0.0) / (1 - warmup)
