"""The best weights of a language model on n-best lists that several searches have found.

A hypothesis scores `acoustic + alpha * lm + beta * count`, which is linear in the weights. So lists found once can be
ranked anew at thousands of weights in a moment, and a search is run again only where they point (Och 2003). Errors as a
function of the weights have steps and lucky spikes: each point of the grid counts with its neighbours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ALPHAS: Final[Floats] = np.linspace(0.05, 3.0, 60)
BETAS: Final[Floats] = np.linspace(-2.0, 8.0, 101)
_NEIGHBOURS: Final = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One hypothesis of an utterance: features in natural log, and how wrong it is.

    Attributes:
        acoustic: log-probability of the labels, with whatever no weight changes.
        lm: log-probability by the language model.
        count: how often beta is added, of words or of labels.
        errors: of the metric that is tuned for.
    """

    acoustic: float
    lm: float
    count: int
    errors: int


def errors_on_grid(
    lists: Iterable[Iterable[Candidate]], alphas: Floats = ALPHAS, betas: Floats = BETAS
) -> NDArray[np.int64]:
    """Add up the errors of the hypotheses that win at each point, `(alphas, betas)`.

    Args:
        lists: the candidates of each utterance, one or more; of equal ones the first wins.
        alphas: `(alphas,)`.
        betas: `(betas,)`.
    """
    total = np.zeros((len(alphas), len(betas)), dtype=np.int64)
    for candidates in lists:
        rows = [(one.acoustic, one.lm, one.count, one.errors) for one in candidates]
        acoustic, lm, count, errors = np.array(rows, dtype=np.float64).T
        scores = acoustic + alphas[:, None, None] * lm + betas[:, None] * count
        total += errors[scores.argmax(axis=2)].astype(np.int64)
    return total


def best_point(errors: NDArray[np.int64], alphas: Floats = ALPHAS, betas: Floats = BETAS) -> tuple[float, float]:
    """Give the weights with the fewest errors, neighbours counted in; of equal ones those nearest to none at all."""
    padded = np.pad(errors.astype(np.float64), _NEIGHBOURS, mode="edge")
    width = 2 * _NEIGHBOURS + 1
    smooth = np.lib.stride_tricks.sliding_window_view(padded, (width, width)).sum(axis=(2, 3))
    far = np.hypot.outer(alphas, betas)
    rows, columns = np.nonzero(smooth == smooth.min())
    nearest = far[rows, columns].argmin()
    return round(float(alphas[rows[nearest]]), 2), round(float(betas[columns[nearest]]), 2)
