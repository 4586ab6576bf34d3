"""The search for weights, against loops that rank every list by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.lm.weights import Candidate, best_point, errors_on_grid

CANDIDATES = st.builds(
    Candidate,
    acoustic=st.floats(-50, 0),
    lm=st.floats(-50, 0),
    count=st.integers(0, 10),
    errors=st.integers(0, 10),
)
ALPHAS, BETAS = np.array([0.1, 0.7, 2.0]), np.array([-1.0, 0.0, 3.0])


@given(st.lists(st.lists(CANDIDATES, min_size=1, max_size=5), min_size=1, max_size=4))
def test_errors_are_those_of_the_hypotheses_that_win(lists: list[list[Candidate]]) -> None:
    found = errors_on_grid(lists, ALPHAS, BETAS)
    for row, alpha in enumerate(ALPHAS):
        for column, beta in enumerate(BETAS):
            winners = [max(one, key=lambda c: c.acoustic + alpha * c.lm + beta * c.count) for one in lists]
            assert found[row, column] == sum(winner.errors for winner in winners)


def test_the_weights_that_set_two_hypotheses_right_are_found() -> None:
    # The first utterance needs the language model to count more than 0.5, the second less than 1.5.
    first = [Candidate(-10.0, -9.0, 2, errors=1), Candidate(-12.0, -5.0, 2, errors=0)]
    second = [Candidate(-3.0, -8.0, 2, errors=0), Candidate(-9.0, -4.0, 2, errors=2)]
    alpha, _ = best_point(errors_on_grid([first, second]))
    assert 0.5 < alpha < 1.5


def test_a_bonus_is_found_where_words_go_missing() -> None:
    short, whole = Candidate(-10.0, -4.0, 1, errors=2), Candidate(-11.0, -8.0, 3, errors=0)
    alpha, beta = best_point(errors_on_grid([[short, whole]]))
    assert -11.0 - 8.0 * alpha + 3 * beta > -10.0 - 4.0 * alpha + beta


def test_a_lucky_spike_loses_to_a_valley() -> None:
    errors = np.full((12, 12), 10, dtype=np.int64)
    errors[2, 2] = 0
    errors[6:11, 6:11] = 3
    grid = np.arange(12.0)
    assert best_point(errors, grid, grid) == (8.0, 8.0)


def test_of_equal_points_the_one_nearest_to_no_weight_is_taken() -> None:
    alphas, betas = np.array([0.5, 1.0]), np.array([-1.0, 0.0, 1.0])
    assert best_point(np.zeros((2, 3), dtype=np.int64), alphas, betas) == (0.5, 0.0)


def test_of_equal_hypotheses_the_first_wins() -> None:
    same = [Candidate(-1.0, -1.0, 1, errors=4), Candidate(-1.0, -1.0, 1, errors=0)]
    assert errors_on_grid([same], ALPHAS, BETAS) == pytest.approx(np.full((3, 3), 4))
