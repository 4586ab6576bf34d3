"""How long a recipe takes: as measured, or by the stated formula, which must not be far from what was measured."""

from pathlib import Path

import pytest

from speechrnn.recipe.cost import network_cost
from speechrnn.recipe.load import load_recipe, parse_recipe
from speechrnn.recipe.minutes import (
    LOOPED_SLOWDOWN,
    OPERATIONS_PER_SECOND,
    SECONDS_PER_SECOND,
    estimate_minutes,
    expected_minutes,
)
from tests.recipe.conftest import LEAST

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.yaml"))
FACTOR = 3


def test_measured_minutes_are_given_as_they_are() -> None:
    recipe = parse_recipe(LEAST, "least", ["expected.minutes=26", "expected.train_hours=5"])
    assert expected_minutes(recipe) == (26, False)


def test_without_hours_nobody_can_say() -> None:
    assert expected_minutes(parse_recipe(LEAST, "least")) is None


def test_an_estimate_is_speech_times_the_seconds_that_one_of_it_takes() -> None:
    recipe = parse_recipe(LEAST, "least", ["expected.train_hours=2", "training.epochs=10"])
    operations = network_cost(recipe.features, recipe.model).operations
    speech = 2 * 3600 * 10
    minutes = speech * (SECONDS_PER_SECOND + operations / OPERATIONS_PER_SECOND) / 60
    assert expected_minutes(recipe) == (pytest.approx(minutes), True)


@pytest.mark.parametrize("cell", ["ligru", "lnlstm"])
def test_an_operation_of_a_cell_that_loops_in_python_takes_longer(cell: str) -> None:
    recipe = parse_recipe(LEAST, "least", [f"model.cell={cell}"])
    operations = network_cost(recipe.features, recipe.model).operations
    per_second = SECONDS_PER_SECOND + LOOPED_SLOWDOWN * operations / OPERATIONS_PER_SECOND
    assert estimate_minutes(recipe, 1) == pytest.approx(60 * recipe.training.epochs * per_second)


@pytest.mark.parametrize(
    ("override", "factor"),
    [
        ("training.epochs=60", 2),  # the default is 30
        ("corpus.folds=[a, b, c]", 3),
        ("loss.consistency_weight=0.2", 2),
        ("augment.concatenate_probability=0.5", 1.75),  # one or two others join every second utterance
    ],
)
def test_what_lengthens_training_lengthens_the_estimate(override: str, factor: float) -> None:
    plain, longer = (parse_recipe(LEAST, "least", overrides) for overrides in ([], [override]))
    assert estimate_minutes(longer, 1) == pytest.approx(factor * estimate_minutes(plain, 1))


def test_the_estimate_of_every_recipe_that_was_measured_is_within_a_factor_of_three() -> None:
    measured = {path.stem: load_recipe(path) for path in RECIPES}
    ratios = {
        name: estimate_minutes(recipe, recipe.expected.train_hours) / recipe.expected.minutes
        for name, recipe in measured.items()
        if recipe.expected.minutes is not None and recipe.expected.train_hours is not None
    }
    assert len(ratios) >= 5
    assert {name: ratio for name, ratio in ratios.items() if not 1 / FACTOR < ratio < FACTOR} == {}
