"""One experiment from a recipe to a finished run folder."""

import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from lhotse import CutSet

from speechrnn.atomic import write_bytes, write_json
from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.progress import Progress
from speechrnn.data.cuts import load_split, total_seconds
from speechrnn.data.loader import Loader
from speechrnn.errors import TrainingError
from speechrnn.model.acoustic import num_parameters
from speechrnn.recipe import Recipe, TrainingConfig
from speechrnn.recipe.load import parse_recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.checkpoint import load_checkpoint
from speechrnn.training.curves import CURVES_FILE, draw_curves
from speechrnn.training.evaluate import evaluate
from speechrnn.training.finish import write_model
from speechrnn.training.hypotheses import write_hypotheses
from speechrnn.training.interrupt import stop_on_signals
from speechrnn.training.lock import locked
from speechrnn.training.log import BOARD_FOLDER, LOG_FILE, TensorBoardLog, read_log, write_log
from speechrnn.training.loop import CHECKPOINTS, Trainer
from speechrnn.training.preflight import build_alphabet, check_for_training, find_problems
from speechrnn.training.progress import Reporter
from speechrnn.training.result import Result, make_result
from speechrnn.training.system import System, choose_device, fit_normalizer, new_system

RECIPE_FILE = "recipe.yaml"
RESULT_FILE = "result.json"
SECONDS_BETWEEN_CURVES = 10.0
"""A picture takes a third of a second, as long as an epoch of a small corpus."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run. `unreadable` counts utterances whose files could not be read."""

    run: Path
    model: Path
    result: Result
    minutes: float
    unreadable: int


@dataclass(frozen=True, slots=True)
class Material:
    """A prepared corpus with its checked splits; `scored_split` names the one the result is about."""

    corpus: PreparedCorpus
    alphabet: Alphabet
    train: CutSet
    dev: CutSet
    scored: CutSet
    scored_split: str


def train(recipe: Recipe, data_directory: Path, run: Path, reporter: Reporter, *, restart: bool = False) -> RunResult:
    """Train a recipe, or go on with its run, until the model file is written.

    Args:
        recipe: the experiment; without folds.
        data_directory: holds the corpora; the recipe's is prepared there if need be.
        run: the run folder; made if absent.
        reporter: shown what happens.
        restart: throw away what the folder holds of an earlier run.

    Raises:
        TrainingError: the folder holds a run of another recipe, or the loss stopped being finite.
        InterruptedRunError: the user stopped the run; it is saved.
        UsageError: another training is at work in the folder.
    """
    with locked(run):
        return _train(recipe, data_directory, run, reporter, restart)


def _train(recipe: Recipe, data_directory: Path, run: Path, reporter: Reporter, restart: bool) -> RunResult:
    open_run(recipe, run, restart=restart)
    if done := finished_run(run):
        reporter.say(f"{run}: already trained; --restart trains again")
        return done
    if recipe.training.threads is not None:
        torch.set_num_threads(recipe.training.threads)
    material = gather(recipe, data_directory, reporter)
    system = new_system(recipe, material.alphabet)
    if load_checkpoint(run / CHECKPOINTS, "last") is None:
        fit_normalizer(system, material.train)
    reporter.say(describe(recipe, material, system))
    loader = Loader(recipe, system.extractor, material.alphabet)
    with stop_on_signals() as stop:
        trainer = Trainer(system, loader, material.train, material.dev, run, reporter, stop)
        run_epochs(trainer)
    return finish(trainer, material)


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
    neutral = TrainingConfig()
    training = replace(recipe.training, checkpoint_minutes=neutral.checkpoint_minutes, threads=neutral.threads)
    plain = Recipe(name=recipe.name, corpus=recipe.corpus)
    return replace(recipe, title="", training=training, decoding=plain.decoding, expected=plain.expected)


def gather(recipe: Recipe, data_directory: Path, reporter: Reporter) -> Material:
    """Prepare the corpus if need be, and check every split before any work."""
    corpus = prepare_corpus(recipe.corpus, data_directory, progress=counting(reporter))
    report_problems(reporter, corpus.set_aside, f"{recipe.corpus.name}: set aside when the corpus was prepared")
    train_cuts = load_split(corpus.directory, "train")
    warn_of_narrow_band(train_cuts, recipe, reporter)
    alphabet = build_alphabet(train_cuts, recipe)
    scored = recipe.expected.split if recipe.expected.split in corpus.splits else "dev"
    checked = check_for_training(train_cuts, recipe, alphabet)
    report_problems(reporter, checked.problems, "train: set aside")
    splits = {split: load_split(corpus.directory, split) for split in {"dev", scored}}
    for split, cuts in splits.items():
        problems = find_problems(cuts, recipe, alphabet)
        report_problems(
            reporter, tuple(problems.values()), f"{split}: cannot be spelled right, but scored all the same"
        )
    return Material(corpus, alphabet, checked.cuts, splits["dev"], splits[scored], scored)


def warn_of_narrow_band(cuts: CutSet, recipe: Recipe, reporter: Reporter) -> None:
    """Say when recordings are brought to a higher rate than they were made at: the bands above stay empty."""
    wanted = recipe.features.sample_rate_hz
    rates = [cut.recording.sampling_rate for cut in cuts if cut.recording is not None]
    if low := [rate for rate in rates if rate < wanted]:
        reporter.say(
            f"warning: {len(low)} of {len(rates)} train recordings have less than features.sample_rate_hz = {wanted}; "
            f"features.sample_rate_hz={min(low)} suits them all and is faster"
        )


def report_problems(reporter: Reporter, problems: tuple[Problem, ...], where: str) -> None:
    """Name every utterance that is set aside."""
    for problem in problems:
        reporter.say(f"warning: {problem.path}: {problem.utterance_id}: {problem.reason}")
    if problems:
        reporter.say(f"warning: {where}: {len(problems)} utterances")


def describe(recipe: Recipe, material: Material, system: System) -> str:
    """Say in one line what is about to be trained."""
    hours = total_seconds(material.train) / 3600
    return (
        f"{recipe.name}: {len(material.train)} train utterances ({hours:.2f} h), {len(material.dev)} dev, "
        f"{len(material.scored)} {material.scored_split}; {recipe.model.layers} x {recipe.model.size} "
        f"{recipe.model.cell}, {num_parameters(system.model) / 1e6:.2f} M parameters, "
        f"{material.alphabet.size} labels, {choose_device(recipe)}, seed {recipe.seed}"
    )


def run_epochs(trainer: Trainer) -> None:
    """Train to the end, writing every epoch to the log, TensorBoard and the curves."""
    run, recipe, state = trainer.run, trainer.recipe, trainer.state
    records = [record for record in read_log(run) if record.epoch <= state.epoch]
    if state.epoch or state.batch:
        trainer.reporter.say(f"{run}: going on from epoch {state.epoch + 1}, batch {state.batch + 1}")
    board, title, drawn_at = TensorBoardLog(run, state.epoch + 1), f"{recipe.name}, seed {recipe.seed}", 0.0
    for record in trainer.epochs():
        records.append(record)
        write_log(run, records)
        board.write(record)
        if time.monotonic() - drawn_at > SECONDS_BETWEEN_CURVES:
            draw_curves(run, title, records)
            drawn_at = time.monotonic()
        trainer.reporter.say(record.line(recipe.training.epochs))
    draw_curves(run, title, records)
    board.close()


def finish(trainer: Trainer, material: Material) -> RunResult:
    """Score the best weights and write result, hypotheses and model file."""
    run, system, state = trainer.run, trainer.system, trainer.state
    best = load_checkpoint(run / CHECKPOINTS, "best")
    if best is None:
        raise TrainingError(f"{run}: no best checkpoint; start over with --restart")
    system.restore(best[0])
    trainer.reporter.start(material.scored_split, len(material.scored))
    seconds = system.recipe.training.batch_seconds
    evaluation = evaluate(system.model, trainer.loader, material.scored, seconds, trainer.reporter.advance)
    result = make_result(evaluation, system.recipe, material.scored_split)
    write_hypotheses(run / f"hypotheses_{material.scored_split}.tsv", evaluation.decoded)
    model = write_model(run, system, material.corpus, material.scored, evaluation, result)
    for utterance, reason in trainer.loader.failures.items():
        trainer.reporter.say(f"warning: {utterance}: {reason}")
    unreadable = len(trainer.loader.failures) + sum(is_unreadable(problem) for problem in material.corpus.set_aside)
    finished = RunResult(run, model, result, state.seconds / 60, unreadable)
    history = {"best_epoch": state.best_epoch, "epochs": state.epoch, "parameters": num_parameters(system.model)}
    totals = {"training_minutes": finished.minutes, "unreadable": unreadable}
    write_json(run / RESULT_FILE, {"result": result.to_json(), **history, **totals})
    return finished


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


def counting(reporter: Reporter) -> Progress:
    """Show the steps of preparing a corpus as a reporter counts."""
    shown: list[tuple[str, int]] = []

    def count(what: str, done: int, total: int) -> None:
        if not shown or shown[-1][0] != what:
            reporter.start(what, total)
            shown.append((what, 0))
        reporter.advance(done - shown[-1][1])
        shown[-1] = (what, done)

    return count


def is_unreadable(problem: Problem) -> bool:
    """Tell a file that failed from an utterance that a rule set aside."""
    return problem.kind in ("missing_audio", "unreadable_audio")
