"""Recipes as text, the way a user writes them."""

import textwrap
from collections.abc import Callable

import pytest

from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe

LEAST = "name: tiny\ncorpus: {name: fsdd}\n"

Parse = Callable[..., Recipe]


@pytest.fixture
def parse() -> Parse:
    """Parse the least recipe with more lines and overrides."""

    def parsed(more: str = "", *overrides: str) -> Recipe:
        return parse_recipe(LEAST + textwrap.dedent(more), "tiny.yaml", overrides)

    return parsed
