"""The training loop: steps, epochs, dev results, checkpoints.

Exact resume rests on one rule: nothing random lasts longer than a step. Each step's generator is seeded from the
recipe's seed, the epoch and the batch number; each epoch's plan and augmentation from the seed and the epoch. So a
checkpoint needs weights, their moving average, optimiser state and position, no generator state, and a resumed run on
a CPU ends in the same bits as one never stopped.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from lhotse import CutSet
from torch import Tensor

from speechrnn.data.batches import Batch, plan_epoch
from speechrnn.data.concatenate import concatenate
from speechrnn.data.draws import drawn_seconds
from speechrnn.data.loader import Loader
from speechrnn.data.prefetch import prefetched
from speechrnn.errors import InterruptedRunError, TrainingError
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import Recipe
from speechrnn.training.average import average_epochs, forget_epochs, keep_epoch
from speechrnn.training.checkpoint import load_checkpoint, save_checkpoint
from speechrnn.training.distill import Teacher, load_teacher, own_loader
from speechrnn.training.evaluate import Evaluation, evaluate
from speechrnn.training.interrupt import StopRequest
from speechrnn.training.log import EpochRecord, peak_memory_mib
from speechrnn.training.moving_average import MovingAverage
from speechrnn.training.objective import Objective, build_objective
from speechrnn.training.optimizer import build_optimizer, clip_gradients, optimizer_tensors, restore_optimizer, set_rate
from speechrnn.training.progress import Reporter
from speechrnn.training.schedule import learning_rate, momentum
from speechrnn.training.state import EpochSums, RunState
from speechrnn.training.system import System

CHECKPOINTS = "checkpoints"


@dataclass(slots=True)
class Trainer:
    """One run in progress. `train` and `dev` hold utterances that preflight let through."""

    system: System
    loader: Loader
    train: CutSet
    dev: CutSet
    run: Path
    reporter: Reporter
    stop: StopRequest
    state: RunState = field(default_factory=RunState)
    optimizer: torch.optim.AdamW = field(init=False)
    objective: Objective = field(init=False)
    ema: MovingAverage | None = field(init=False, default=None)
    _saved_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Make optimiser and objective, and take up the last checkpoint, if the run has one."""
        self.optimizer = build_optimizer(self.model, self.recipe.training)
        if self.recipe.training.ema_decay is not None:
            self.ema = MovingAverage(self.recipe.training.ema_decay, self.system.tensors())
        if saved := load_checkpoint(self.run / CHECKPOINTS, "last"):
            tensors, state = saved
            self.state = RunState.from_json(state)
            self._refuse_other_alphabet()
            self.system.restore(tensors)
            restore_optimizer(self.optimizer, self.model, tensors)
            if self.ema is not None:
                self.ema.restore(tensors)
            self.loader.failures.update(self.state.unreadable)
        self.objective = build_objective(self.system, self.train, self._find_teacher(resumed=saved is not None))

    @property
    def recipe(self) -> Recipe:
        """The experiment."""
        return self.system.recipe

    @property
    def model(self) -> AcousticModel:
        """The weights being trained."""
        return self.system.model

    def epochs(self) -> Iterator[EpochRecord]:
        """Train to the end, giving each epoch's record just before the epoch is checkpointed.

        In this order a kill in between loses nothing: the epoch is done again, and its record replaced.
        """
        while not self.state.finished:
            record = self._epoch()
            yield record
            self._close_epoch(record)
        if self.recipe.training.average_epochs and self.state.averaged_epochs is None:
            self._try_average()

    def _epoch(self) -> EpochRecord:
        state, training = self.state, self.recipe.training
        seconds = partial(drawn_seconds, recipe=self.recipe, epoch=state.epoch)
        train = concatenate(self.train, self.recipe, state.epoch)
        plan = plan_epoch(train, training, self.recipe.seed, state.epoch, seconds)
        self.reporter.start(f"epoch {state.epoch + 1}/{training.epochs}", len(plan))
        self.reporter.advance(state.batch)
        self.model.train()
        load = partial(self.loader.load, epoch=state.epoch)
        with closing(prefetched(plan[state.batch :], load, training.prefetch_batches)) as batches:
            for number in range(state.batch, len(plan)):
                self._step(batches, progress=(state.epoch + number / len(plan)) / training.epochs)
                self.reporter.advance()
                self._save_when_due()
        # The optimiser's own rate is not asked: it is unset when a run goes on after an epoch's last batch.
        last = (state.epoch + (len(plan) - 1) / len(plan)) / training.epochs
        rate = learning_rate(training, last, state.halvings)
        return self._record(self._dev_result(self._shown()), rate)

    def _refuse_other_alphabet(self) -> None:
        before, now = self.state.symbols, list(self.system.alphabet.symbols)
        if before != now:
            raise TrainingError(
                f"{self.run}: the corpus has changed since this run began, its alphabet was {before!r} and is {now!r}; "
                "start over with --restart"
            )

    def _find_teacher(self, *, resumed: bool) -> Teacher | None:
        """Open the teacher, unless nothing is left to learn; the one a run began with must stay."""
        teacher = None if self.state.finished else load_teacher(self.system)
        if teacher is None:
            return None
        if resumed and teacher.digest != self.state.teacher:
            raise TrainingError(
                f"{self.run}: distill.teacher: {self.recipe.distill.teacher} is another model than when this run "
                "began; put it back, or start over with --restart"
            )
        self.state.teacher = teacher.digest
        if teacher.own_features:
            self.loader.for_teacher = own_loader(teacher, self.loader)
        return teacher

    def _step(self, batches: Iterator[Batch | None], progress: float) -> None:
        state, started = self.state, time.perf_counter()
        batch = next(batches)
        state.sums.loading_seconds += time.perf_counter() - started
        if batch is not None:
            torch.manual_seed(step_seed(self.recipe.seed, state.epoch, state.batch))
            rate = learning_rate(self.recipe.training, progress, state.halvings)
            set_rate(self.optimizer, rate, momentum(self.recipe.training, progress))
            self._update(batch.to(str(next(self.model.parameters()).device)))
        state.batch += 1
        state.sums.seconds += time.perf_counter() - started

    def _update(self, batch: Batch) -> None:
        losses, loss = self.objective(self.model, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = clip_gradients(self.model, self.recipe.training)
        self._refuse_non_finite(batch, losses, norm)
        self.optimizer.step()
        if self.ema is not None:
            self.ema.update(self.system.tensors())
        sums = self.state.sums
        sums.loss += losses.sum().item()
        sums.labels += int(batch.label_lengths.sum())
        sums.gradient_norm += norm.item()
        sums.batches += 1
        sums.audio_seconds += batch.seconds
        sums.frames += int(batch.feature_lengths.sum())
        sums.padded_frames += batch.features.shape[0] * batch.features.shape[1]

    def _refuse_non_finite(self, batch: Batch, losses: Tensor, norm: Tensor) -> None:
        if bool(torch.isfinite(norm)) and bool(torch.isfinite(losses).all()):
            return
        wrong = [name for name, loss in zip(batch.utterance_ids, losses.tolist(), strict=True) if not np.isfinite(loss)]
        what = f"loss of {', '.join(wrong)}" if wrong else f"gradient of the batch {', '.join(batch.utterance_ids)}"
        raise TrainingError(
            f"{self.run}: epoch {self.state.epoch + 1}, batch {self.state.batch + 1}: the {what} is not finite; "
            "listen to these utterances, or lower training.learning_rate or training.clip_norm; "
            "the last checkpoint is unharmed"
        )

    def _dev_result(self, tensors: dict[str, Tensor]) -> Evaluation:
        self.reporter.start("dev", len(self.dev))
        seconds, advance = self.recipe.training.batch_seconds, self.reporter.advance
        with self.system.holding(tensors):
            return evaluate(self.model, self.loader, self.dev, seconds, advance)

    def _record(self, dev: Evaluation, rate: float) -> EpochRecord:
        sums = self.state.sums
        for split, found in (("train", sums.batches), ("dev", dev.score.utterances)):
            if not found:
                raise TrainingError(
                    f"{self.run}: not one {split} utterance could be read; `speechrnn prep validate` names them"
                )
        seconds = sums.seconds + dev.seconds
        return EpochRecord(
            epoch=self.state.epoch + 1,
            loss=sums.loss / max(sums.labels, 1),
            dev_loss=dev.loss,
            dev_cer=dev.score.cer,
            dev_wer=dev.score.wer,
            blank_rate=100 * dev.blank_rate,
            gradient_norm=sums.gradient_norm / sums.batches,
            learning_rate=rate,
            seconds=seconds,
            audio_seconds=sums.audio_seconds,
            loading_share=100 * sums.loading_seconds / max(sums.seconds, 1e-9),
            padding_share=100 * (1 - sums.frames / max(sums.padded_frames, 1)),
            peak_memory_mib=peak_memory_mib(),
            steps=sums.batches,
        )

    def _close_epoch(self, record: EpochRecord) -> None:
        state, training = self.state, self.recipe.training
        better = state.better(record.dev_cer, record.dev_loss)
        state.epoch, state.batch, state.sums = state.epoch + 1, 0, EpochSums()
        state.seconds += record.seconds
        if better:
            state.best_epoch, state.best_cer, state.best_loss = state.epoch, record.dev_cer, record.dev_loss
            state.epochs_without_better = 0
            save_checkpoint(self.run / CHECKPOINTS, "best", self._shown(), state.to_json())
        else:
            state.epochs_without_better += 1
            if state.epochs_without_better % (training.plateau_patience + 1) == 0:
                state.halvings += 1
        gave_up = training.early_stop_epochs is not None and state.epochs_without_better >= training.early_stop_epochs
        state.finished = state.epoch >= training.epochs or gave_up
        keep_epoch(self.run / CHECKPOINTS, state.epoch, self._shown(), training)
        self._save()

    def _shown(self) -> dict[str, Tensor]:
        """Give the weights that dev sees and that may become the model."""
        return self.system.tensors() if self.ema is None else self.ema.tensors

    def _try_average(self) -> None:
        """Make the mean of the last epochs the model, if dev likes it better than the best epoch.

        A kill on the way loses nothing: it is tried again, from the same epochs.
        """
        state, folder, count = self.state, self.run / CHECKPOINTS, self.recipe.training.average_epochs
        tensors = average_epochs(folder, state.epoch, count)
        dev = self._dev_result(tensors)
        better = state.better(dev.score.cer, dev.loss)
        self.reporter.say(average_line(state, dev, min(count, state.epoch), better))
        state.averaged_epochs = min(count, state.epoch) if better else 0
        state.seconds += dev.seconds
        if better:
            state.best_cer, state.best_loss = dev.score.cer, dev.loss
            save_checkpoint(folder, "best", tensors, state.to_json())
        self._save()
        forget_epochs(folder, count)

    def _save_when_due(self) -> None:
        due = time.monotonic() - self._saved_at > 60 * self.recipe.training.checkpoint_minutes
        if due or self.stop.asked:
            self._save()
        if self.stop.asked:
            raise InterruptedRunError(
                f"{self.run}: stopped in epoch {self.state.epoch + 1} after batch {self.state.batch}; "
                "saved, the same command goes on from there"
            )

    def _save(self) -> None:
        self.state.unreadable = dict(self.loader.failures)
        self.state.symbols = list(self.system.alphabet.symbols)
        ema = {} if self.ema is None else self.ema.to_tensors()
        tensors = {**self.system.tensors(), **optimizer_tensors(self.optimizer, self.model), **ema}
        save_checkpoint(self.run / CHECKPOINTS, "last", tensors, self.state.to_json())
        self._saved_at = time.monotonic()


def average_line(state: RunState, dev: Evaluation, count: int, better: bool) -> str:
    """Say what dev makes of the mean of the last epochs."""
    verdict = "becomes" if better else "does not become"
    return (
        f"mean of the last {count} epochs  dev loss {dev.loss:.3f}  CER {dev.score.cer:.1f} %  "
        f"WER {dev.score.wer:.1f} %: {verdict} the model "
        f"(best epoch {state.best_epoch}  dev loss {state.best_loss:.3f}  CER {state.best_cer:.1f} %)"
    )


def step_seed(seed: int, epoch: int, batch: int) -> int:
    """Mix the three numbers into the seed of one step's dropout."""
    return int(np.random.SeedSequence([seed, epoch, batch]).generate_state(1)[0])
