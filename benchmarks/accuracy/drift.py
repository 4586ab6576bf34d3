"""Is a stored run still what the list says? A recipe may have been changed since it was trained."""

from dataclasses import replace
from pathlib import Path

from accuracy.experiments import Ablation
from accuracy.stored import StoredRun, without_places
from speechrnn.errors import RecipeError
from speechrnn.recipe import Recipe
from speechrnn.recipe.dialect import read_yaml
from speechrnn.recipe.load import check_recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.training.run_folder import differences


def other_settings(ablation: Ablation, run: StoredRun, root: Path) -> list[str]:
    """Name the settings, of those that move the weights, that a run of a listed experiment was trained with otherwise.

    A setting younger than the run counts as its default, which changes nothing by the rule of the house.
    """
    source = f"{run.experiment}/{run.key.name}.json"
    try:
        trained = check_recipe(run.settings, source)
        listed = _without_places(ablation.resolved(run.experiment, run.key, root), source)
    except RecipeError as error:
        return list(error.faults)
    return differences(replace(trained, name=listed.name), listed)


def _without_places(recipe: Recipe, source: str) -> Recipe:
    return check_recipe(without_places(read_yaml(show_recipe(recipe, comments=False))), source)
