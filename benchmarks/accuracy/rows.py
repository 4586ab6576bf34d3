"""What the stored runs of an experiment come to, alone and beside the baseline of its task.

A rate is the mean over runs, so that every held-out part and seed weighs the same. Beside the baseline only runs of the
same part and seed count, for both sides; their utterances are tested pairwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev
from typing import Final

from accuracy.experiments import Ablation, RunKey
from accuracy.stored import Metric, StoredRun
from speechrnn.errors import UsageError
from speechrnn.scoring.paired import PairedTest, paired_bootstrap, pool

SAMPLES: Final = 10_000
SEED: Final = 1

Runs = Mapping[RunKey, StoredRun]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One experiment. Rates in percent; `spread` is the standard deviation over seeds of the mean over parts.

    `paired_runs` counts the runs behind `test`; `wanted` is 0 for an experiment that is not in the list.
    """

    name: str
    stored: int
    wanted: int
    wer: float
    cer: float
    spread: float | None
    parameters: float
    minutes: float
    dates: tuple[str, str]
    paired_runs: int
    test: PairedTest | None


def by_experiment(runs: Sequence[StoredRun]) -> dict[str, dict[RunKey, StoredRun]]:
    """Sort runs by experiment."""
    sorted_runs: dict[str, dict[RunKey, StoredRun]] = {}
    for run in runs:
        sorted_runs.setdefault(run.experiment, {})[run.key] = run
    return sorted_runs


def task_rows(ablation: Ablation, task: str, runs: Mapping[str, Runs]) -> list[Row]:
    """Give the rows of a task's experiments that have a stored run, in the order of the list."""
    own = [name for name, experiment in ablation.experiments.items() if experiment.task == task and runs.get(name)]
    metric, baseline = ablation.tasks[task].metric, ablation.tasks[task].baseline
    return [
        make_row(
            name,
            ablation.experiments[name].keys(),
            runs[name],
            metric,
            {} if name == baseline else runs.get(baseline, {}),
        )
        for name in own
    ]


def make_row(name: str, wanted: Sequence[RunKey], runs: Runs, metric: Metric, baseline: Runs) -> Row:
    """Sum up an experiment, and test it against the baseline where they have runs in common."""
    every, common = list(runs.values()), sorted(runs.keys() & baseline.keys(), key=lambda key: key.name)
    return Row(
        name=name,
        stored=len(set(wanted) & runs.keys()) if wanted else len(runs),
        wanted=len(wanted),
        wer=mean_rate(runs, "wer"),
        cer=mean_rate(runs, "cer"),
        spread=seed_spread(runs, metric),
        parameters=mean(run.parameters for run in every),
        minutes=mean(run.training_minutes for run in every),
        dates=(min(run.date for run in every), max(run.date for run in every)),
        paired_runs=len(common),
        test=compare(baseline, runs, common, metric) if common else None,
    )


def compare(baseline: Runs, candidate: Runs, keys: Sequence[RunKey], metric: Metric) -> PairedTest:
    """Test two experiments on the runs they have in common, an utterance's runs pooled.

    Raises:
        UsageError: they were not scored on the same references.
    """
    one, other = (pool(side[key].tallies(metric) for key in keys) for side in (baseline, candidate))
    try:
        return paired_bootstrap(one, other, samples=SAMPLES, seed=SEED)
    except ValueError as error:
        names = " and ".join(side[keys[0]].experiment for side in (baseline, candidate))
        raise UsageError(f"{names}: cannot be compared: {error}; store runs of one corpus and one spelling") from error


def mean_rate(runs: Runs, metric: Metric) -> float:
    """Give the mean over runs, in percent."""
    return mean(run.rate(metric) for run in runs.values())


def seed_spread(runs: Runs, metric: Metric) -> float | None:
    """Give the standard deviation over seeds; None unless two seeds or more have the same parts."""
    parts = {seed: {key.part for key in runs if key.seed == seed} for seed in {key.seed for key in runs}}
    if len(parts) < 2 or len(set(map(frozenset, parts.values()))) > 1:
        return None
    return stdev(mean(run.rate(metric) for key, run in runs.items() if key.seed == seed) for seed in parts)
