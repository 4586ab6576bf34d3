"""The declared experiments of `benchmarks/ablation.yaml`, and which runs each is made of.

A task is a corpus with its baseline and the bars its chosen recipe is held to. An experiment is a task's recipe with
some settings changed, run once for every split or left-out speaker and every seed it names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from yaml import YAMLError

from speechrnn.errors import UsageError
from speechrnn.recipe import Recipe
from speechrnn.recipe.dialect import read_yaml
from speechrnn.recipe.load import load_recipe
from speechrnn.recipe.section import STRICT


@dataclass(frozen=True, slots=True, order=True)
class RunKey:
    """What tells the runs of one experiment apart: the part held out for scoring, and the seed."""

    split: int
    left_out: str | None
    seed: int

    @property
    def part(self) -> str:
        """Name the part held out."""
        split = f"split{self.split}"
        if self.left_out is None:
            return split
        return f"{self.left_out}-{split}" if self.split else self.left_out

    @property
    def name(self) -> str:
        """Name the run, for files and folders."""
        return f"{self.part}-seed{self.seed}"

    @property
    def overrides(self) -> tuple[str, ...]:
        """Give the settings that make a recipe this run."""
        left_out = "null" if self.left_out is None else self.left_out
        return (
            "corpus.folds=[]",
            f"corpus.leave_out={left_out}",
            f"corpus.split_seed={self.split}",
            f"seed={self.seed}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What the chosen recipe is held to; None asks nothing. Rate and gain in percent, the gain over the baseline."""

    rate_at_most: float | None = None
    gain_at_least: float | None = None
    p_below: float | None = None

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A corpus: what is scored by which metric, the baseline experiment, and the chosen one with its bars.

    `change` holds `section.setting=value` for every experiment of the task, before its own. A task that only screens
    has no chosen experiment.
    """

    about: str
    metric: Literal["wer", "cer"]
    recipe: str
    baseline: str
    chosen: str | None = None
    change: tuple[str, ...] = ()
    bars: Bars = Bars()

    __pydantic_config__ = STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One row of the table. `recipe` replaces that of the task; `change` holds `section.setting=value` on top."""

    task: str
    recipe: str | None = None
    change: tuple[str, ...] = ()
    splits: tuple[int, ...] = (0,)
    folds: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1,)

    __pydantic_config__ = STRICT

    def keys(self) -> tuple[RunKey, ...]:
        """Name every run of the experiment."""
        parts = product(self.splits, self.folds or (None,), self.seeds)
        return tuple(RunKey(split, left_out, seed) for split, left_out, seed in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """Every task and experiment by its name, in the order of the file."""

    tasks: dict[str, Task]
    experiments: dict[str, Experiment]

    __pydantic_config__ = STRICT

    def recipe_of(self, name: str, key: RunKey, root: Path) -> tuple[Path, tuple[str, ...]]:
        """Give the recipe file and the overrides of one run; `root` is the folder that paths start from."""
        experiment = self.experiments[name]
        task = self.tasks[experiment.task]
        changes = *task.change, *experiment.change
        return root / (experiment.recipe or task.recipe), (*changes, *key.overrides, f"name={name}")

    def resolved(self, name: str, key: RunKey, root: Path) -> Recipe:
        """Give the whole recipe of one run.

        Raises:
            RecipeError: the experiment's changes are no settings.
        """
        return load_recipe(*self.recipe_of(name, key, root))


def read_ablation(path: Path) -> Ablation:
    """Read the list of experiments.

    Raises:
        UsageError: with every fault, one per line.
    """
    try:
        ablation = TypeAdapter(Ablation).validate_python(read_yaml(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); a list of experiments was wanted") from error
    except ValidationError as error:
        faults = [f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise UsageError("\n".join(faults)) from None
    if faults := list(_faults(ablation)):
        raise UsageError("\n".join(f"{path}: {fault}" for fault in faults))
    return ablation


def _faults(ablation: Ablation) -> Iterator[str]:
    for name, task in ablation.tasks.items():
        for role in ("baseline", "chosen"):
            if role == "chosen" and task.chosen is None:
                continue
            named = ablation.experiments.get(getattr(task, role))
            if named is None or named.task != name:
                yield f"tasks.{name}.{role}: {getattr(task, role)!r} came, an experiment of this task was wanted"
    for name, experiment in ablation.experiments.items():
        if experiment.task not in ablation.tasks:
            yield f"experiments.{name}.task: {experiment.task!r} came, one of {', '.join(ablation.tasks)} was wanted"
        if len(set(experiment.keys())) < len(experiment.keys()):
            yield f"experiments.{name}: a split, speaker or seed stands twice"
