"""The training loop: steps, epochs, dev results, checkpoints.

Exact resume rests on one rule: nothing random lasts longer than a step. Each step's generator is seeded from the
recipe's seed, the epoch and the batch number; each epoch's plan and augmentation from the seed and the epoch. So a
checkpoint needs weights, optimiser state and position, no generator state, and a resumed run on a CPU ends in the same
bits as one never stopped.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from lhotse import CutSet
from torch import Tensor

from speechrnn.data.batches import Batch, padding_waste, plan_epoch
from speechrnn.data.loader import Loader
from speechrnn.errors import InterruptedRunError, TrainingError
from speechrnn.losses.ctc import ctc_losses, reduce_losses
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import Recipe
from speechrnn.training.checkpoint import load_checkpoint, save_checkpoint
from speechrnn.training.evaluate import Evaluation, evaluate
from speechrnn.training.interrupt import StopRequest
from speechrnn.training.log import EpochRecord, peak_memory_mib
from speechrnn.training.optimizer import build_optimizer, optimizer_tensors, restore_optimizer, set_rate
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
    _saved_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Make the optimiser and take up the last checkpoint, if the run has one."""
        self.optimizer = build_optimizer(self.model, self.recipe.training)
        if saved := load_checkpoint(self.run / CHECKPOINTS, "last"):
            tensors, state = saved
            self.state = RunState.from_json(state)
            self._refuse_other_alphabet()
            self.system.restore(tensors)
            restore_optimizer(self.optimizer, self.model, tensors)
            self.loader.failures.update(self.state.unreadable)

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

    def _epoch(self) -> EpochRecord:
        state, training = self.state, self.recipe.training
        plan = plan_epoch(self.train, training, self.recipe.seed, state.epoch)
        self.reporter.start(f"epoch {state.epoch + 1}/{training.epochs}", len(plan))
        self.reporter.advance(state.batch)
        self.model.train()
        for number in range(state.batch, len(plan)):
            self._step(plan[number], progress=(state.epoch + number / len(plan)) / training.epochs)
            self.reporter.advance()
            self._save_when_due()
        # The optimiser's own rate is not asked: it is unset when a run goes on after an epoch's last batch.
        last = (state.epoch + (len(plan) - 1) / len(plan)) / training.epochs
        rate = learning_rate(training, last, state.halvings)
        return self._record(self._dev_result(), padding_waste(plan), rate)

    def _refuse_other_alphabet(self) -> None:
        before, now = "".join(self.state.characters), "".join(self.system.alphabet.characters)
        if before != now:
            raise TrainingError(
                f"{self.run}: the corpus has changed since this run began, its alphabet was {before!r} and is {now!r}; "
                "start over with --restart"
            )

    def _step(self, cuts: CutSet, progress: float) -> None:
        state, started = self.state, time.perf_counter()
        batch = self.loader.load(cuts, epoch=state.epoch)
        state.sums.loading_seconds += time.perf_counter() - started
        if batch is not None:
            torch.manual_seed(step_seed(self.recipe.seed, state.epoch, state.batch))
            rate = learning_rate(self.recipe.training, progress, state.halvings)
            set_rate(self.optimizer, rate, momentum(self.recipe.training, progress))
            self._update(batch.to(str(next(self.model.parameters()).device)))
        state.batch += 1
        state.sums.seconds += time.perf_counter() - started

    def _update(self, batch: Batch) -> None:
        log_probs, lengths = self.model(batch.features, batch.feature_lengths)
        losses = ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths)
        loss = reduce_losses(losses, batch.label_lengths, self.recipe.loss)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.training.clip_norm)
        self._refuse_non_finite(batch, losses, norm)
        self.optimizer.step()
        sums = self.state.sums
        sums.loss += losses.sum().item()
        sums.labels += int(batch.label_lengths.sum())
        sums.gradient_norm += norm.item()
        sums.batches += 1
        sums.audio_seconds += batch.seconds

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

    def _dev_result(self) -> Evaluation:
        self.reporter.start("dev", len(self.dev))
        return evaluate(self.model, self.loader, self.dev, self.recipe.training.batch_seconds, self.reporter.advance)

    def _record(self, dev: Evaluation, padding_share: float, rate: float) -> EpochRecord:
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
            padding_share=100 * padding_share,
            peak_memory_mib=peak_memory_mib(),
        )

    def _close_epoch(self, record: EpochRecord) -> None:
        state, training = self.state, self.recipe.training
        better = state.better(record.dev_cer, record.dev_loss)
        state.epoch, state.batch, state.sums = state.epoch + 1, 0, EpochSums()
        state.seconds += record.seconds
        if better:
            state.best_epoch, state.best_cer, state.best_loss = state.epoch, record.dev_cer, record.dev_loss
            state.epochs_without_better = 0
            save_checkpoint(self.run / CHECKPOINTS, "best", self.system.tensors(), state.to_json())
        else:
            state.epochs_without_better += 1
            if state.epochs_without_better % (training.plateau_patience + 1) == 0:
                state.halvings += 1
        gave_up = training.early_stop_epochs is not None and state.epochs_without_better >= training.early_stop_epochs
        state.finished = state.epoch >= training.epochs or gave_up
        self._save()

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
        self.state.characters = list(self.system.alphabet.characters)
        tensors = {**self.system.tensors(), **optimizer_tensors(self.optimizer, self.model)}
        save_checkpoint(self.run / CHECKPOINTS, "last", tensors, self.state.to_json())
        self._saved_at = time.monotonic()


def step_seed(seed: int, epoch: int, batch: int) -> int:
    """Mix the three numbers into the seed of one step's dropout."""
    return int(np.random.SeedSequence([seed, epoch, batch]).generate_state(1)[0])
