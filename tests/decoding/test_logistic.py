"""Logistic regression finds the probabilities that made the examples, and stays sober where there are few."""

import numpy as np
import pytest
import torch

from speechrnn.decoding.logistic import PENALTY, Logistic, fit_logistic


def test_probabilities_are_the_sigmoid_of_scaled_features() -> None:
    model = Logistic(0.5, (2.0, -1.0), (1.0, 0.0), (2.0, 1.0))
    expected = 1 / (1 + np.exp(-(0.5 + 2 * (3 - 1) / 2 - 0.25)))
    assert model.probabilities(np.array([[3.0, 0.25]])) == pytest.approx([expected])
    assert model.probabilities(np.array([[1e6, 0.0], [-1e6, 0.0]])) == pytest.approx([1.0, 0.0])


def test_the_rule_that_made_many_examples_is_found_again() -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((20_000, 2))
    truth = 1 / (1 + np.exp(-(0.5 + features @ [1.5, -0.7])))
    found = fit_logistic(features, rng.uniform(size=20_000) < truth).probabilities(features)
    assert np.abs(found - truth).mean() < 0.01


def test_the_minimum_is_that_of_gradient_descent() -> None:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((60, 3))
    right = rng.uniform(size=60) < 0.6
    fitted = fit_logistic(features, right)
    scaled = torch.tensor((features - features.mean(0)) / features.std(0))
    wins = int(right.sum())
    targets = torch.tensor(np.where(right, (wins + 1) / (wins + 2), 1 / (60 - wins + 2)))
    weights = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, tolerance_grad=1e-10, tolerance_change=1e-14)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = weights[0] + scaled @ weights[1:]
        total = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="sum")
        total = total + PENALTY / 2 * (weights[1:] ** 2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    assert [fitted.bias, *fitted.weights] == pytest.approx(weights.tolist(), abs=1e-5)


@pytest.mark.parametrize("right", [True, False])
def test_examples_that_are_all_alike_promise_no_certainty(right: bool) -> None:
    features = np.random.default_rng(0).standard_normal((8, 2))
    found = fit_logistic(features, np.full(8, right)).probabilities(features)
    assert found == pytest.approx(np.full(8, 9 / 10 if right else 1 / 10), abs=0.01)


def test_what_parts_right_from_wrong_entirely_gets_finite_weights() -> None:
    features = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    fitted = fit_logistic(features, features[:, 0] > 0)
    assert 0 < fitted.weights[0] < 5
    assert fitted.probabilities(features)[0] < 0.5 < fitted.probabilities(features)[3]


def test_a_feature_that_never_changes_has_no_say() -> None:
    features = np.column_stack([np.arange(6.0), np.full(6, 3.0)])
    fitted = fit_logistic(features, features[:, 0] > 2)
    assert fitted.weights[1] == pytest.approx(0.0)
    assert fitted.probabilities(np.array([[5.0, 3.0]])) == pytest.approx(fitted.probabilities(features)[5:])


def test_one_example_is_enough_to_run() -> None:
    assert 0.5 < fit_logistic(np.array([[1.0]]), np.array([True])).probabilities(np.array([[1.0]]))[0] < 1
