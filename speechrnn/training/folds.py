"""Leave-one-out experiments: one run per fold, and the mean over them. A recipe without folds is a single run."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from statistics import mean, pstdev

from speechrnn.atomic import write_json
from speechrnn.recipe import Recipe
from speechrnn.recipe.distill import teacher_path
from speechrnn.training.progress import Reporter
from speechrnn.training.result import Result
from speechrnn.training.run import train
from speechrnn.training.run_folder import RESULT_FILE, RunResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell the user at the end, the results behind it, and how many utterances could not be read."""

    lines: tuple[str, ...]
    results: tuple[Result, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a recipe's promise was kept, in words too."""

    kept: bool
    line: str


def train_with_folds(
    recipe: Recipe, data_directory: Path, run: Path, reporter: Reporter, *, restart: bool = False
) -> Outcome:
    """Train a recipe once, or once per fold into `run/<speaker>`, and report."""
    if not recipe.corpus.folds:
        finished = train(recipe, data_directory, run, reporter, restart=restart)
        return Outcome(tuple(single_lines(finished)), (finished.result,), finished.unreadable)
    runs = [
        train(fold_of(recipe, speaker), data_directory, run / speaker, reporter, restart=restart)
        for speaker in recipe.corpus.folds
    ]
    write_json(run / RESULT_FILE, fold_table(recipe, runs))
    results = tuple(finished.result for finished in runs)
    return Outcome(tuple(fold_lines(recipe, runs)), results, sum(finished.unreadable for finished in runs))


def fold_of(recipe: Recipe, speaker: str) -> Recipe:
    """Make the recipe of one fold."""
    teacher = recipe.distill.teacher and teacher_path(recipe.distill.teacher, speaker)
    return replace(
        recipe,
        corpus=replace(recipe.corpus, leave_out=speaker, folds=()),
        distill=replace(recipe.distill, teacher=teacher),
    )


def fold_table(recipe: Recipe, runs: list[RunResult]) -> dict[str, object]:
    """Give the folds' results and their means as plain values."""
    folds = {name: run.result.to_json() for name, run in zip(recipe.corpus.folds, runs, strict=True)}
    means = {key: mean(float(getattr(run.result, key)) for run in runs) for key in ("wer", "cer", "ser")}
    return {"folds": folds, "mean": means}


def single_lines(finished: RunResult) -> Iterator[str]:
    """Say how a run ended and what to do with it."""
    yield finished.result.line()
    yield f"model: {finished.model} (trained in {finished.minutes:.1f} min)"
    yield "next:"
    yield f"  speechrnn decode {quote(str(finished.run))} --split {finished.result.split}"
    yield f"  speechrnn transcribe FILE.wav -m {quote(str(finished.model))}"


def fold_lines(recipe: Recipe, runs: list[RunResult]) -> Iterator[str]:
    """Say how each fold ended, and the mean."""
    for speaker, finished in zip(recipe.corpus.folds, runs, strict=True):
        yield f"{speaker:<12} {finished.result.line()}"
    rates = [finished.result.wer for finished in runs]
    yield (
        f"mean of {len(runs)} folds: WER {mean(rates):.2f} %, standard deviation {pstdev(rates):.2f}, "
        f"{sum(finished.minutes for finished in runs):.1f} min, seed {recipe.seed}"
    )


def check_recipe(recipe: Recipe, data_directory: Path, run: Path, reporter: Reporter) -> Verdict:
    """Train a recipe and compare with what it promises; one that promises nothing is kept when it runs."""
    outcome = train_with_folds(recipe, data_directory, run, reporter)
    metric, bound = recipe.expected.metric, recipe.expected.at_most
    reached = mean(float(getattr(result, metric)) for result in outcome.results)
    kept = (bound is None or reached <= bound) and not outcome.unreadable
    promise = "promises nothing" if bound is None else f"at most {bound:g} promised"
    return Verdict(kept, f"{metric} {reached:.2f}, {promise} ({recipe.expected.split}, seed {recipe.seed})")
