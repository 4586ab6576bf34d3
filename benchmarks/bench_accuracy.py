"""What is each change to the model, the loss or the training worth? The ablation table, from stored runs.

    python benchmarks/bench_accuracy.py                      # print the table and the figures
    python benchmarks/bench_accuracy.py run -j 2             # train what is listed and not stored (hours; resumes)
    python benchmarks/bench_accuracy.py run an4-plain        # of this experiment alone
    python benchmarks/bench_accuracy.py add NAME RUN_FOLDER  # store a run trained by hand

Experiments are declared in `benchmarks/ablation.yaml`, runs stored in `benchmarks/results/accuracy/`.
"""

import argparse
import os
import sys
from pathlib import Path

from accuracy.bars import show_bars
from accuracy.drift import other_settings
from accuracy.experiments import Ablation, read_ablation
from accuracy.gather import gather_runs
from accuracy.launch import Places, missing_runs, train_missing
from accuracy.rows import Runs, by_experiment, make_row, task_rows
from accuracy.stored import StoredRun, read_runs, store_run
from accuracy.table import LEGEND, table_lines

from speechrnn.errors import SpeechRnnError, UsageError

ROOT = Path(__file__).parents[1]
LIST = ROOT / "benchmarks" / "ablation.yaml"
RESULTS = ROOT / "benchmarks" / "results" / "accuracy"
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; give the exit code."""
    asked = parser().parse_args(arguments)
    try:
        ablation = read_ablation(asked.list)
        if asked.action == "add":
            return add(ablation, asked.name, asked.folder, asked.results, asked.replace)
        if asked.action == "run" and (failed := run(ablation, asked)):
            print(f"error: {failed} runs failed", file=sys.stderr)
            return 1
        show(ablation, asked.results)
        sys.stdout.flush()
    except SpeechRnnError as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever reads has seen enough; what is still to be written must not fail again when Python closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("error: stopped; trainings under way are saved, the same command goes on with them", file=sys.stderr)
        return INTERRUPTED
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    own = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    own.add_argument("--list", type=Path, default=LIST, help="the declared experiments")
    own.add_argument("--results", type=Path, default=RESULTS, help="the stored runs")
    actions = own.add_subparsers(dest="action")
    actions.add_parser("show", help="print the table and the figures (the default)")
    train = actions.add_parser("run", help="train and store what is missing, then print")
    train.add_argument("names", nargs="*", metavar="NAME", help="these experiments only")
    train.add_argument("-j", "--jobs", type=int, default=1, help="trainings at a time, the cores shared among them")
    train.add_argument("--data", type=Path, default=None, help="corpora; else $SPEECHRNN_DATA, else ./data")
    train.add_argument("--runs", type=Path, default=ROOT / "runs" / "ablation", help="where the run folders go")
    store = actions.add_parser("add", help="store a finished run, or all folds of one")
    store.add_argument("name", metavar="NAME", help="the experiment")
    store.add_argument("folder", type=Path, metavar="RUN_FOLDER")
    store.add_argument("--replace", action="store_true", help="in place of one already stored")
    return own


def add(ablation: Ablation, name: str, folder: Path, results: Path, replace: bool) -> int:
    """Store what a run folder holds, and say what it differs in from the list."""
    for found in list(gather_runs(name, folder)):
        path = store_run(results, found, replace=replace)
        print(f"{path}: WER {found.wer:.2f} %, CER {found.cer:.2f} % ({found.scored}, {found.date})")
        if name not in ablation.experiments:
            print(f"note: {name} is not among the listed experiments; its row stands apart, under its corpus")
        elif drift := other_settings(ablation, found, ROOT):
            print(f"note: other settings than the list's: {'; '.join(drift)}")
    return 0


def run(ablation: Ablation, asked: argparse.Namespace) -> int:
    """Train what is missing; give the number of failures."""
    if asked.jobs < 1:
        raise UsageError(f"--jobs: {asked.jobs} came, 1 or more were wanted")
    if unknown := [name for name in asked.names if name not in ablation.experiments]:
        raise UsageError(f"{asked.list}: no experiment {unknown[0]!r}; known are {', '.join(ablation.experiments)}")
    missing = missing_runs(ablation, by_experiment(read_runs(asked.results)), asked.names)
    print(f"{len(missing)} runs to train, {asked.jobs} at a time", file=sys.stderr)
    places = Places(root=ROOT, results=asked.results, runs=asked.runs, data=asked.data)
    return train_missing(ablation, missing, places, asked.jobs)


def show(ablation: Ablation, results: Path) -> None:
    """Print a table and the figures for every task, then what is not in the list."""
    stored = read_runs(results)
    runs: dict[str, Runs] = dict(by_experiment(stored))
    drift = drifts(ablation, stored)
    for name, task in ablation.tasks.items():
        print(f"## {name}: {task.about}\n")
        rows = task_rows(ablation, name, runs)
        print("\n".join(table_lines(rows, frozenset(drift))) if rows else "no run is stored", end="\n\n")
    for corpus, others in unlisted(ablation, stored).items():
        print(f"## {corpus}, not in the list\n")
        print("\n".join(table_lines([make_row(name, (), own, "wer", {}) for name, own in others.items()])), end="\n\n")
    print("\n".join(LEGEND))
    for name, changes in drift.items():
        print(f"* {name}: {changes}")
    print()
    for name in ablation.tasks:
        show_bars(ablation, name, runs)


def drifts(ablation: Ablation, stored: list[StoredRun]) -> dict[str, str]:
    """Name the listed experiments with a run of other settings than the list's, and the settings."""
    listed = [found for found in stored if found.experiment in ablation.experiments]
    pairs = [(found.experiment, "; ".join(other_settings(ablation, found, ROOT))) for found in listed]
    return {name: change for name, change in reversed(pairs) if change}


def unlisted(ablation: Ablation, stored: list[StoredRun]) -> dict[str, dict[str, Runs]]:
    """Sort the runs of experiments that are not in the list by corpus."""
    sorted_runs: dict[str, dict[str, Runs]] = {}
    for name, own in by_experiment([found for found in stored if found.experiment not in ablation.experiments]).items():
        corpus = str(next(iter(own.values())).settings["corpus"]["name"])
        sorted_runs.setdefault(corpus, {})[name] = own
    return sorted_runs


if __name__ == "__main__":
    sys.exit(main())
