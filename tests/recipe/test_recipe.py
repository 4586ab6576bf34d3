"""The vocabulary itself: frozen records that any room may hold."""

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from speechrnn import recipe as vocabulary
from speechrnn.recipe import FeaturesConfig, Recipe
from tests.recipe.conftest import Parse

SECTIONS = [getattr(vocabulary, name) for name in vocabulary.__all__]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_section_is_a_frozen_slotted_dataclass_of_keywords(section: type) -> None:
    assert section.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(section)
    assert all(field.kw_only for field in dataclasses.fields(section))


def test_every_section_of_a_recipe_is_exported() -> None:
    held = {hint for hint in get_type_hints(Recipe).values() if dataclasses.is_dataclass(hint)}
    assert held == set(SECTIONS) - {Recipe}


def test_no_setting_of_a_checked_recipe_can_be_changed(parse: Parse) -> None:
    recipe = parse()
    with pytest.raises(dataclasses.FrozenInstanceError, match="epochs"):
        recipe.training.epochs = 3  # type: ignore[misc]
    assert hash(recipe) == hash(parse())


def test_defaults_are_legal_and_the_same_with_and_without_pydantic(parse: Parse) -> None:
    recipe = parse()
    for section in SECTIONS:
        if section not in (Recipe, vocabulary.CorpusConfig):
            assert section() in [getattr(recipe, field.name) for field in dataclasses.fields(recipe)]


@pytest.mark.parametrize(
    ("kind", "deltas", "static", "features"), [("mfcc", 0, 13, 13), ("mfcc", 2, 13, 39), ("log_mel", 1, 40, 80)]
)
def test_deltas_multiply_the_static_features(kind: str, deltas: int, static: int, features: int) -> None:
    config = FeaturesConfig(kind=kind, deltas=deltas, num_ceps=13, num_mel_bins=40)  # type: ignore[arg-type]
    assert (config.num_static, config.num_features) == (static, features)


def test_reading_a_section_needs_no_pydantic() -> None:
    code = "import sys, speechrnn.recipe; print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.split() == ["False", "False"]
