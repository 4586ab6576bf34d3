"""Logistic regression of a few features on few examples, so that its output can be read as a probability.

Fitted by Newton's method with a small penalty on the weights. The targets stand a little inside 0 and 1 (Platt 1999),
so that a model without a single error on dev does not come out certain of everything.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PENALTY: Final = 1.0
_STEPS: Final = 100
_STILL: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Logistic:
    """`1 / (1 + exp(-(bias + weights . (features - means) / scales)))`; the tuples have one entry per feature."""

    bias: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def probabilities(self, features: Floats) -> Floats:
        """Give the probability of right for features `(examples, features)`: `(examples,)`."""
        scaled = (features - np.array(self.means)) / np.array(self.scales)
        return _sigmoid(self.bias + scaled @ np.array(self.weights))


def fit_logistic(features: Floats, right: NDArray[np.bool_]) -> Logistic:
    """Fit to examples.

    Args:
        features: `(examples, features)`, one example or more.
        right: `(examples,)` what came of each.
    """
    means, scales = features.mean(axis=0), features.std(axis=0)
    scales[scales < 1e-9] = 1.0  # a feature that never changes tells nothing
    design = np.column_stack([np.ones(len(features)), (features - means) / scales])
    wins = int(right.sum())
    targets = np.where(right, (wins + 1) / (wins + 2), 1 / (len(right) - wins + 2))
    penalty = PENALTY * np.eye(design.shape[1])
    penalty[0, 0] = 1e-9  # the bias may be anything
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        found = _sigmoid(design @ weights)
        slope = design.T @ (found - targets) + penalty @ weights
        bend = (design.T * (found * (1 - found))) @ design + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < _STILL:
            break
    return Logistic(float(weights[0]), tuple(weights[1:].tolist()), tuple(means.tolist()), tuple(scales.tolist()))


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)))
