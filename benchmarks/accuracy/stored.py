"""One JSON file per finished run: its settings, its date, its figures, and the errors of every utterance.

The errors are kept by utterance so that a paired test between any two experiments can be made again from the files
alone. The settings are the whole resolved recipe, so that a row can be told from one trained otherwise; places of the
machine it was trained on are cut to their last name.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Final, Literal

from accuracy.experiments import RunKey
from speechrnn.atomic import write_bytes
from speechrnn.errors import UsageError
from speechrnn.scoring.paired import Tally

Metric = Literal["wer", "cer"]
PLACES: Final = ("path", "teacher")
"""Settings that name a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A finished run. `wer` and `cer` in percent; `utterances` holds word errors, words, character errors, characters.

    `date` is the day the run ended, UTC; `scored` the split that was decoded.
    """

    experiment: str
    split: int
    left_out: str | None
    seed: int
    date: str
    scored: str
    wer: float
    cer: float
    parameters: int
    epochs: int
    best_epoch: int
    training_minutes: float
    signature: str
    settings: dict[str, Any]
    utterances: dict[str, list[int]]

    @property
    def key(self) -> RunKey:
        """What tells it from other runs of its experiment."""
        return RunKey(self.split, self.left_out, self.seed)

    def rate(self, metric: Metric) -> float:
        """Give one of the two rates, in percent."""
        return self.wer if metric == "wer" else self.cer

    def tallies(self, metric: Metric) -> dict[str, Tally]:
        """Give each utterance's errors in words or characters."""
        first = 0 if metric == "wer" else 2
        return {name: Tally(*counts[first : first + 2]) for name, counts in self.utterances.items()}


def stored_path(results: Path, experiment: str, key: RunKey) -> Path:
    """Name the file of a run."""
    return results / experiment / f"{key.name}.json"


def store_run(results: Path, run: StoredRun, *, replace: bool = False) -> Path:
    """Write a run's file.

    Raises:
        UsageError: another run is stored in its place, and `replace` was not asked for.
    """
    path = stored_path(results, run.experiment, run.key)
    if path.exists() and not replace and (old := read_run(path)) != run:
        raise UsageError(
            f"{path}: holds a run of {old.date} with WER {old.wer:.2f} %, another with {run.wer:.2f} % came; "
            "keep the first, or say --replace"
        )
    write_bytes(path, _as_text(run).encode())
    return path


def read_runs(results: Path) -> list[StoredRun]:
    """Read every stored run, in the order of their names.

    Raises:
        UsageError: a file is no stored run, or stands under a name that is not its own.
    """
    runs = []
    for path in sorted(results.glob("*/*.json")):
        run = read_run(path)
        if stored_path(results, run.experiment, run.key) != path:
            raise UsageError(f"{path}: holds {run.experiment}/{run.key.name}.json; give it that name or delete it")
        runs.append(run)
    return runs


def read_run(path: Path) -> StoredRun:
    """Read one file.

    Raises:
        UsageError: it is no stored run.
    """
    try:
        return StoredRun(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path}: {error}; a stored run was wanted, delete it and add the run again") from error


def without_places(settings: Any) -> Any:
    """Cut every file that a setting names to its last name: where it lay says nothing about the result.

    >>> without_places({"corpus": {"path": "/somewhere/mine", "name": "folder"}})
    {'corpus': {'path': 'mine', 'name': 'folder'}}
    """
    if not isinstance(settings, dict):
        return settings
    return {
        # PureWindowsPath knows both kinds of slash.
        name: PureWindowsPath(value).name if name in PLACES and isinstance(value, str) else without_places(value)
        for name, value in settings.items()
    }


def _as_text(run: StoredRun) -> str:
    """Write indented JSON, but an utterance on one line: a corpus stays short, and a diff shows what changed."""
    values = asdict(run)
    counts = values.pop("utterances")
    lines = ",\n".join(f"    {json.dumps(name, ensure_ascii=False)}: {json.dumps(row)}" for name, row in counts.items())
    head = json.dumps(values, indent=2, ensure_ascii=False).removesuffix("\n}")
    return f'{head},\n  "utterances": {{\n{lines}\n  }}\n}}\n'
