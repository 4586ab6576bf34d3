"""How long a recipe takes to train: as measured, or estimated from its hours of speech.

The estimate is seconds of speech that training walks through, times the seconds that one of them takes:

    speech  = train_hours * 3600 * epochs * folds * joined * views
    minutes = speech * (SECONDS_PER_SECOND + slowdown * operations / OPERATIONS_PER_SECOND) / 60

`joined` is how much longer an epoch gets when utterances are joined with others, `views` is 2 where every batch is
seen twice. `slowdown` is 1, or `LOOPED_SLOWDOWN` for cells whose steps are a loop in Python, measured on
`recipes/digits.yaml`. The two other constants are of one CPU core, rounded, from the stored runs in
`benchmarks/results/accuracy`: an4-words and mboshi-chosen are nearly all arithmetic, fsdd-chosen nearly all the rest,
that is reading, augmentation, features and the loss. They hit what was measured to within a factor of three (a test):
read an estimate as hours or days, no more. Several cores help by less than their number; nothing was measured on a GPU.
"""

from typing import Final

from speechrnn.recipe.augment import AugmentConfig
from speechrnn.recipe.cost import network_cost
from speechrnn.recipe.recipe import Recipe

OPERATIONS_PER_SECOND: Final = 2e10
"""Multiply-accumulates of the forward pass that training gets through, the backward pass included in the time."""

SECONDS_PER_SECOND: Final = 3e-3
"""What a second of speech takes beside those."""

LOOPED_SLOWDOWN: Final = 5
"""How much longer an operation takes where torch has no fused layer of that cell."""

_LOOPED: Final = ("ligru", "lnlstm")


def expected_minutes(recipe: Recipe) -> tuple[float, bool] | None:
    """Return the minutes of training, all folds together, and whether they are an estimate; None if nobody can say."""
    expected = recipe.expected
    if expected.minutes is not None:
        return expected.minutes, False
    if expected.train_hours is None:
        return None
    return estimate_minutes(recipe, expected.train_hours), True


def estimate_minutes(recipe: Recipe, train_hours: float) -> float:
    """Estimate the minutes on one CPU core.

    Args:
        recipe: the experiment.
        train_hours: speech in train, of one fold.
    """
    walks = recipe.training.epochs * max(1, len(recipe.corpus.folds)) * _joined(recipe.augment)
    views = 2 if recipe.loss.consistency_weight else 1
    cost = network_cost(recipe.features, recipe.model)
    slowdown = LOOPED_SLOWDOWN if recipe.model.cell in _LOOPED else 1
    per_second = SECONDS_PER_SECOND + slowdown * cost.operations / OPERATIONS_PER_SECOND
    return train_hours * 60 * walks * views * per_second


def _joined(augment: AugmentConfig) -> float:
    """Return how many utterances one of an epoch holds, in the mean; each number up to the most is as likely."""
    mean_others = augment.concatenate_max_utterances / 2
    return 1 + augment.concatenate_probability * mean_others
