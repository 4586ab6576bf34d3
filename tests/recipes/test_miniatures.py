"""Every recipe that comes with speechrnn, trained for two steps on a miniature of its corpus.

Nobody could understand what is said there; that the corpus is found, split, spelled, augmented, learnt from, scored and
written to a model file is not. Only sizes differ from the recipe as it is in its file.
"""

import math
import re
from pathlib import Path

import pytest

from speechrnn.recipe import Recipe
from speechrnn.recipe.load import load_recipe
from speechrnn.training.folds import fold_of
from speechrnn.training.log import read_log
from speechrnn.training.run import train
from tests.mini_corpus import Silent
from tests.recipes.miniatures import known, miniature

RECIPES = sorted((Path(__file__).parents[2] / "recipes").rglob("*.yaml"))
SIZES = (
    "model.size=4",
    "model.conv_channels=4",
    "training.epochs=2",
    "training.batch_seconds=1000",
    "training.device=cpu",
    "training.threads=1",
    "training.cache_gib=0",
    "decoding.bootstrap_samples=100",
)
SET_ASIDE = re.compile(r"set aside.*: \d+ utterances")


def mini_recipe(path: Path) -> Recipe:
    """The recipe of a file in a small size; of one with folds, the first fold."""
    recipe = load_recipe(path, SIZES)
    return fold_of(recipe, recipe.corpus.folds[0]) if recipe.corpus.folds else recipe


def test_there_is_a_miniature_for_every_recipe() -> None:
    used = {path.name: load_recipe(path).corpus.name for path in RECIPES}
    assert len(used) >= 22
    assert {name: corpus for name, corpus in used.items() if corpus not in known()} == {}


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_trains_two_steps_on_a_miniature_of_its_corpus(path: Path, tmp_path: Path) -> None:
    recipe = mini_recipe(path)
    miniature(recipe.corpus.name, tmp_path / "data")
    said = Silent()
    finished = train(recipe, tmp_path / "data", tmp_path / "run", said)
    log = read_log(finished.run)
    assert [record.steps for record in log] == [1, 1]
    assert all(math.isfinite(value) for record in log for value in (record.loss, record.dev_loss))
    assert log[0].gradient_norm > 0
    assert finished.result.split == recipe.expected.split
    assert finished.unreadable == 0
    assert finished.model.is_file()
    assert not SET_ASIDE.search("\n".join(said.lines))
