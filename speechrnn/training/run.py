"""One experiment from a recipe to a finished run folder."""

import time
from pathlib import Path
from typing import Final

import torch

from speechrnn.atomic import write_json
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.corpora.problem import Problem
from speechrnn.data.cuts import total_seconds
from speechrnn.data.loader import Loader
from speechrnn.data.source import open_cache
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.errors import TrainingError
from speechrnn.model.acoustic import num_parameters
from speechrnn.recipe import Recipe
from speechrnn.recipe.notes import notes
from speechrnn.text.normalize import pipeline
from speechrnn.training.calibrate_model import describe_fit, store_confidence
from speechrnn.training.checkpoint import load_checkpoint
from speechrnn.training.curves import draw_curves
from speechrnn.training.denormals import denormals_as_zero
from speechrnn.training.distill import find_teacher
from speechrnn.training.evaluate import Search, evaluate
from speechrnn.training.finish import write_model
from speechrnn.training.hypotheses import write_hypotheses
from speechrnn.training.interrupt import stop_on_signals
from speechrnn.training.lock import locked
from speechrnn.training.log import TensorBoardLog, read_log, write_log
from speechrnn.training.loop import CHECKPOINTS, Trainer
from speechrnn.training.material import Material, gather
from speechrnn.training.precision import check_precision, precision_notes
from speechrnn.training.progress import Reporter
from speechrnn.training.result import make_result
from speechrnn.training.run_folder import RESULT_FILE, RunResult, finished_run, open_run
from speechrnn.training.system import System, choose_device, fit_normalizer, new_system

SECONDS_BETWEEN_CURVES: Final = 10.0
"""A picture takes a third of a second, as long as an epoch of a small corpus."""


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
        UsageError: another training is at work in the folder, text.numbers is a language nobody can write out, or this
            processor cannot train in the precision the recipe asks for.
        MissingDependencyError: text.numbers needs num2words.
    """
    pipeline(recipe.text)  # what it lacks is said before anything is done
    if restart or not finished_run(run):
        check_precision(recipe)
    with locked(run), denormals_as_zero():
        return _train(recipe, data_directory, run, reporter, restart)


def _train(recipe: Recipe, data_directory: Path, run: Path, reporter: Reporter, restart: bool) -> RunResult:
    open_run(recipe, run, restart=restart)
    if done := finished_run(run):
        reporter.say(f"{run}: already trained; --restart trains again")
        return done
    if fresh := load_checkpoint(run / CHECKPOINTS, "last") is None:
        find_teacher(recipe)
    if recipe.training.threads is not None:
        torch.set_num_threads(recipe.training.threads)
    material = gather(recipe, data_directory, reporter)
    decoder = build_decoder(recipe.decoding, material.alphabet)
    system = new_system(recipe, material.alphabet)
    loader = Loader(recipe, system.extractor, material.alphabet, cache=open_cache(recipe, data_directory))
    if fresh:
        fit_normalizer(system, loader, material.train)
    reporter.say(describe(recipe, material, system))
    for note in (*notes(recipe), *precision_notes(recipe)):
        reporter.say(f"note: {note}")
    with stop_on_signals() as stop:
        trainer = Trainer(system, loader, material.train, material.dev, run, reporter, stop)
        run_epochs(trainer)
    return finish(trainer, material, decoder)


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


def finish(trainer: Trainer, material: Material, decoder: Decoder) -> RunResult:
    """Score the best weights and write result, hypotheses and model file, decoder included."""
    run, system, state = trainer.run, trainer.system, trainer.state
    best = load_checkpoint(run / CHECKPOINTS, "best")
    if best is None:
        raise TrainingError(f"{run}: no best checkpoint; start over with --restart")
    system.restore(best[0])
    trainer.reporter.start(material.scored_split, len(material.scored))
    seconds = system.recipe.training.batch_seconds
    search = Search(decoder=decoder)
    evaluation = evaluate(system.model, trainer.loader, material.scored, seconds, trainer.reporter.advance, search)
    result = make_result(evaluation, system.recipe, material.scored_split)
    write_hypotheses(run / f"hypotheses_{material.scored_split}.tsv", evaluation.decoded)
    model = write_model(run, system, material.corpus, material.scored, evaluation, result)
    if decoder.config.kind != "greedy":
        store_decoder(model, decoder, {"split": material.scored_split, "wer": result.wer, "cer": result.cer})
    trainer.reporter.say(calibrate(trainer, material, model, decoder))
    for utterance, reason in trainer.loader.failures.items():
        trainer.reporter.say(f"warning: {utterance}: {reason}")
    unreadable = len(trainer.loader.failures) + sum(is_unreadable(problem) for problem in material.corpus.set_aside)
    finished = RunResult(run, model, result, state.seconds / 60, unreadable)
    epochs = {"epochs": state.epoch, "best_epoch": state.best_epoch, "averaged_epochs": state.averaged_epochs or 0}
    history = {**epochs, "parameters": num_parameters(system.model)}
    totals = {"training_minutes": finished.minutes, "unreadable": unreadable}
    write_json(run / RESULT_FILE, {"result": result.to_json(), **history, **totals})
    return finished


def calibrate(trainer: Trainer, material: Material, model: Path, decoder: Decoder) -> str:
    """Fit the confidence of the model file on dev, and say what came of it."""
    trainer.reporter.start("dev", len(material.dev))
    search, seconds = Search(decoder=decoder, clues=True), trainer.recipe.training.batch_seconds
    advance = trainer.reporter.advance
    dev = evaluate(trainer.system.model, trainer.loader, material.dev, seconds, advance, search)
    return describe_fit(store_confidence(model, dev, "dev"))


def is_unreadable(problem: Problem) -> bool:
    """Tell a file that failed from an utterance that a rule set aside."""
    return any(one.kind in ("missing_audio", "unreadable_audio", "bad_line") for one in problem.each())
