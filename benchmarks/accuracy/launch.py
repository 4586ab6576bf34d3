"""Trains what the list asks for and nothing has stored, each run in a process of its own.

A run is `speechrnn train` into a folder of its own, so one that was stopped goes on where it was; it is stored the
moment it ends. A run that fails is named and the others go on.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from accuracy.experiments import Ablation, RunKey
from accuracy.gather import gather_run
from accuracy.rows import Runs
from accuracy.stored import store_run
from speechrnn.errors import SpeechRnnError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the checkout, the stored results, the run folders and the corpora lie (None: where `speechrnn` looks)."""

    root: Path
    results: Path
    runs: Path
    data: Path | None


def missing_runs(ablation: Ablation, stored: Mapping[str, Runs], names: Sequence[str]) -> list[tuple[str, RunKey]]:
    """Name what is yet to be trained, in the order of the list; no `names` means every experiment."""
    return [
        (name, key)
        for name, experiment in ablation.experiments.items()
        for key in experiment.keys()
        if (not names or name in names) and key not in stored.get(name, {})
    ]


def train_missing(ablation: Ablation, missing: Sequence[tuple[str, RunKey]], places: Places, jobs: int) -> int:
    """Train and store runs, `jobs` at a time; return how many failed."""
    failed, stopped = 0, Event()

    def begin(one: tuple[str, RunKey]) -> str:
        # A thread takes up its next run before the main one can cancel it.
        if stopped.is_set():
            raise KeyboardInterrupt
        try:
            return train_one(ablation, *one, places, jobs)
        except KeyboardInterrupt:
            stopped.set()
            raise

    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(begin, one): one for one in missing}
        try:
            for count, future in enumerate(as_completed(futures), start=1):
                name, key = futures[future]
                failed += _told(future, f"{count}/{len(missing)} {name}/{key.name}")
        except KeyboardInterrupt:
            # The trainings got the same signal and save themselves; those not begun must not begin.
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return failed


def train_one(ablation: Ablation, name: str, key: RunKey, places: Places, jobs: int) -> str:
    """Train one run, store it, and give a line on it.

    Raises:
        SpeechRnnError: the run folder does not hold what was to be trained.
        CalledProcessError: the training failed; its own words are in `train.log` of its folder.
    """
    recipe, overrides = ablation.recipe_of(name, key, places.root)
    folder = places.runs / name / key.name
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(places.root / "cli.py"), "train", str(recipe), *overrides, "--run", str(folder)]
    if places.data is not None:
        command += ["--data", str(places.data)]
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    environment = {"OMP_NUM_THREADS": threads, **os.environ}
    with (folder / "train.log").open("ab") as log:
        subprocess.run(command, check=True, stdout=log, stderr=log, env=environment)
    run = gather_run(name, folder)
    store_run(places.results, run)
    return f"WER {run.wer:.2f} %, CER {run.cer:.2f} %, {run.training_minutes:.1f} min"


def _told(future: Future[str], what: str) -> bool:
    """Say how a run ended, and whether it failed."""
    try:
        print(f"{what}: {future.result()}", file=sys.stderr, flush=True)
    except subprocess.CalledProcessError as error:
        folder = error.cmd[error.cmd.index("--run") + 1]
        print(f"error: {what}: training ended with code {error.returncode}; see {folder}/train.log", file=sys.stderr)
    except SpeechRnnError as error:
        print(f"error: {what}: {error}", file=sys.stderr)
    else:
        return False
    return True
