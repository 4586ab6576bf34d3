"""The recipes that come with speechrnn."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.corpora.catalogue import read_catalogue
from speechrnn.corpora.registry import find_corpus
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import load_recipe, parse_recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.system import new_system

ROOT = Path(__file__).parents[2]
RECIPES = sorted((ROOT / "recipes").rglob("*.yaml"))


def test_the_walk_over_recipes_finds_them() -> None:
    assert {"fsdd.yaml", "yesno.yaml"} <= {path.name for path in RECIPES}


@pytest.fixture(params=RECIPES, ids=lambda path: path.relative_to(ROOT).as_posix())
def path(request: pytest.FixtureRequest) -> Path:
    """Each recipe in turn, those of subfolders too."""
    return Path(request.param)


def test_every_recipe_is_legal_and_named_like_its_file(path: Path) -> None:
    recipe = load_recipe(path)
    assert recipe.name == path.stem
    assert recipe.title


def test_every_recipe_reads_back_from_what_is_shown_of_it(path: Path) -> None:
    recipe = load_recipe(path)
    assert parse_recipe(show_recipe(recipe), "shown") == recipe
    assert parse_recipe(show_recipe(recipe, comments=False), "shown") == recipe


def test_every_recipe_opens_with_the_command_that_runs_it(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    opening = lines[: next(number for number, line in enumerate(lines) if not line.startswith("#"))]
    relative = path.relative_to(ROOT).as_posix()
    assert re.search(rf"^#   speechrnn (train|recipe check) {re.escape(relative)}$", "\n".join(opening), re.MULTILINE)


def test_every_recipe_states_what_was_measured_or_that_nothing_was(path: Path) -> None:
    assert load_recipe(path).expected.measured


def test_every_recipe_states_the_public_bar_or_that_none_was_found(path: Path) -> None:
    assert load_recipe(path).expected.bar


def test_every_recipe_says_how_long_it_takes_and_minutes_come_with_what_measured_them(path: Path) -> None:
    expected = load_recipe(path).expected
    assert expected.train_hours is not None
    assert (expected.minutes is None) == (not expected.machine)


def test_a_public_corpus_is_fetched_split_and_scored_as_the_opening_says(path: Path) -> None:
    corpus = find_corpus(load_recipe(path).corpus.name)
    opening = path.read_text(encoding="utf-8").split("\nname:")[0]
    if corpus.name in read_catalogue():
        assert re.search(rf"^#   speechrnn prep {corpus.name}\b", opening, re.MULTILINE)
        assert ("--download" in opening) == (corpus.access == "download")
        assert f"#   speechrnn decode runs/{path.stem} --split" in opening
        assert re.search(r"\bsplit\b", opening, re.IGNORECASE)
        assert re.search(r"\bscored?\b", opening, re.IGNORECASE)


def test_every_recipe_makes_a_model(path: Path) -> None:
    recipe = small(load_recipe(path))
    system = new_system(recipe, Alphabet.of(["ab"]))
    assert system.model.num_features == recipe.features.num_features


def small(recipe: Recipe) -> Recipe:
    """The same recipe with fewer weights: making a large network takes long and shows no more."""
    return replace(recipe, model=replace(recipe.model, size=4, conv_channels=4))
