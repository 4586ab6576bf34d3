"""The run folder: made, recognised as that of the same experiment, cleared, and read when its run has ended."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from speechrnn.atomic import write_bytes
from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.errors import TrainingError
from speechrnn.recipe import Recipe, TrainingConfig
from speechrnn.recipe.load import parse_recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.training.curves import CURVES_FILE
from speechrnn.training.log import BOARD_FOLDER, LOG_FILE
from speechrnn.training.loop import CHECKPOINTS
from speechrnn.training.result import Result

RECIPE_FILE: Final = "recipe.yaml"
RESULT_FILE: Final = "result.json"
UNFELT: Final = "checkpoint_minutes", "threads", "prefetch_batches", "cache_gib"
"""Settings of training that a run may be continued with in another way; but for rounding they change no weight."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run. `unreadable` counts utterances whose files could not be read."""

    run: Path
    model: Path
    result: Result
    minutes: float
    unreadable: int


def open_run(recipe: Recipe, run: Path, *, restart: bool) -> None:
    """Make the run folder, or check that what it holds is this very experiment.

    A result of other scoring (split, bootstrap) is taken away; the weights stay, and are scored again.
    """
    if restart:
        clear_run(run)
    saved = run / RECIPE_FILE
    # Without a checkpoint there is nothing to lose: the first attempt failed before it trained.
    if saved.exists() and (run / CHECKPOINTS / "last.json").exists():
        old = parse_recipe(saved.read_text(encoding="utf-8"), str(saved))
        if changed := differences(old, recipe):
            raise TrainingError(
                f"{run}: holds a run with other settings ({'; '.join(changed)}); "
                "choose another folder with --run, or start over with --restart"
            )
        if (old.expected.split, old.decoding) != (recipe.expected.split, recipe.decoding):
            (run / RESULT_FILE).unlink(missing_ok=True)
    write_bytes(saved, show_recipe(recipe).encode())


def clear_run(run: Path) -> None:
    """Delete what a run writes, and nothing else: the folder may hold notes of the user's."""
    for folder in (CHECKPOINTS, BOARD_FOLDER):
        shutil.rmtree(run / folder, ignore_errors=True)
    for name in (RECIPE_FILE, RESULT_FILE, BUNDLE_NAME, LOG_FILE, CURVES_FILE):
        (run / name).unlink(missing_ok=True)


def differences(old: Recipe, new: Recipe) -> list[str]:
    """Name the settings that differ and would change the weights."""
    before, after = (show_recipe(_weights_only(recipe), comments=False).splitlines() for recipe in (old, new))
    return [f"{a.strip()} there, {b.strip()} here" for a, b in zip(before, after, strict=True) if a != b]


def _weights_only(recipe: Recipe) -> Recipe:
    unfelt = {name: getattr(TrainingConfig(), name) for name in UNFELT}
    training = replace(recipe.training, **unfelt)
    plain = Recipe(name=recipe.name, corpus=recipe.corpus)
    return replace(recipe, title="", card="", training=training, decoding=plain.decoding, expected=plain.expected)


def finished_run(run: Path) -> RunResult | None:
    """Give what a finished run came to; None when the run has not ended."""
    if not (run / RESULT_FILE).exists() or not (run / BUNDLE_NAME).exists():
        return None
    try:
        values = json.loads((run / RESULT_FILE).read_text(encoding="utf-8"))
        result = Result(**values["result"])
        return RunResult(run, run / BUNDLE_NAME, result, values["training_minutes"], values["unreadable"])
    except (ValueError, KeyError, TypeError):
        return None  # altered, or of another version: the weights are there, and are scored again
