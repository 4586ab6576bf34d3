"""From a finished run folder to the record that is stored."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from accuracy.stored import StoredRun, without_places
from speechrnn.errors import UsageError
from speechrnn.recipe.dialect import read_yaml
from speechrnn.recipe.load import parse_recipe
from speechrnn.scoring.errors import score_each
from speechrnn.training.evaluate import Decoded
from speechrnn.training.hypotheses import read_hypotheses
from speechrnn.training.run_folder import RECIPE_FILE, RESULT_FILE


def gather_runs(experiment: str, folder: Path) -> Iterator[StoredRun]:
    """Read a run folder, or every fold's in the folder of a leave-one-out experiment.

    Args:
        experiment: the name to store it under.
        folder: the run folder.

    Raises:
        UsageError: no finished run is there, or its hypotheses are not those of its result.
        RecipeError: it was trained with settings this version does not know.
    """
    if (folder / RECIPE_FILE).exists():
        yield gather_run(experiment, folder)
        return
    folds = [path.parent for path in sorted(folder.glob(f"*/{RECIPE_FILE}"))]
    runs = [gather_run(experiment, fold) for fold in folds]
    if not runs or any(run.left_out is None for run in runs):
        raise UsageError(f"{folder}: holds no {RECIPE_FILE}; the folder of a run, or of its folds, was wanted")
    yield from runs


def gather_run(experiment: str, folder: Path) -> StoredRun:
    """Read the folder of a single run.

    Raises:
        UsageError: the run has not ended, or its hypotheses are not those of its result.
        RecipeError: it was trained with settings this version does not know.
    """
    text = (folder / RECIPE_FILE).read_text(encoding="utf-8")
    corpus, seed = (recipe := parse_recipe(text, str(folder / RECIPE_FILE))).corpus, recipe.seed
    values, ended = _read_result(folder / RESULT_FILE)
    result = values["result"]
    table = folder / f"hypotheses_{result['split']}.tsv"
    utterances = count_errors(read_hypotheses(table))
    came = tuple(sum(counts[place] for counts in utterances.values()) for place in (0, 1))
    if came != (result["errors"], result["words"]):
        raise UsageError(
            f"{table}: {came[0]} errors in {came[1]} words came, {result['errors']} in {result['words']} were wanted, "
            f"as in {RESULT_FILE}; decode the split again with the run's own settings"
        )
    return StoredRun(
        experiment=experiment,
        split=corpus.split_seed,
        left_out=corpus.leave_out,
        seed=seed,
        date=ended,
        scored=result["split"],
        wer=result["wer"],
        cer=result["cer"],
        parameters=values["parameters"],
        epochs=values["epochs"],
        best_epoch=values["best_epoch"],
        training_minutes=round(values["training_minutes"], 2),
        signature=result["signature"],
        settings=without_places(read_yaml(text)),
        utterances=utterances,
    )


def count_errors(decoded: list[Decoded]) -> dict[str, list[int]]:
    """Count word errors, words, character errors and characters of each utterance."""
    each = score_each([one.reference for one in decoded], [one.hypothesis for one in decoded])
    return {
        one.utterance_id: [
            count for kind in (score.words, score.characters) for count in (kind.errors, kind.reference_length)
        ]
        for one, score in zip(decoded, each, strict=True)
    }


def _read_result(path: Path) -> tuple[dict[str, Any], str]:
    """Read what a run came to, and the day it ended, UTC."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not {"result", "parameters", "training_minutes"} <= values.keys():
            raise ValueError("not the result of a run")  # noqa: TRY301
        ended = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: not there or damaged, has the run ended? Train it to its end first") from error
    return values, ended
