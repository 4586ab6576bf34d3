"""The bars a task's chosen recipe is held to, as figures; none is printed before every run it rests on is stored."""

from collections.abc import Mapping, Sequence
from typing import Final

from figure import show_figure

from accuracy.experiments import Ablation, RunKey
from accuracy.rows import Runs, compare, mean_rate

NAMED: Final = 3
"""Missing runs that are named; of more, the number is enough."""


def show_bars(ablation: Ablation, task_name: str, runs: Mapping[str, Runs]) -> None:
    """Print the figures of one task, or what they wait for."""
    task = ablation.tasks[task_name]
    if task.chosen is None:
        return
    keys, bars = ablation.experiments[task.chosen].keys(), task.bars
    if missing := _missing(task.chosen, keys, runs):
        print(f"{task_name}: no figure yet, {missing}")
        return
    chosen = {key: runs[task.chosen][key] for key in keys}
    if bars.rate_at_most is not None:
        show_figure(f"{task_name}_mean_{task.metric}_percent", mean_rate(chosen, task.metric), bars.rate_at_most)
    if bars.gain_at_least is None:
        return
    if missing := _missing(task.baseline, keys, runs):
        print(f"{task_name}: no gain yet, {missing}")
        return
    test = compare(runs[task.baseline], chosen, keys, task.metric)
    show_figure(f"{task_name}_gain_percent", test.relative_gain, bars.gain_at_least, at_most=False)
    if bars.p_below is not None:
        show_figure(f"{task_name}_paired_p", test.p_better, bars.p_below)


def _missing(name: str, keys: Sequence[RunKey], runs: Mapping[str, Runs]) -> str:
    """Say which runs are not stored; empty when all are."""
    missing = [key.name for key in keys if key not in runs.get(name, {})]
    more = ", ..." if len(missing) > NAMED else ""
    return f"{len(missing)} runs of {name} are missing: {', '.join(missing[:NAMED])}{more}" if missing else ""
