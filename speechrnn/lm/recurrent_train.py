"""Train a recurrent language model on lines of text: AdamW, one cycle of the learning rate, the best epoch by dev.

Every epoch ends in a checkpoint beside the model file, so that the same command goes on after the last one that was
finished; batches and dropout depend on seed and epoch only, and a model trained in two goes has the same bits on a CPU.
The folder of checkpoints goes once the model is written.
"""

import hashlib
import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor

from speechrnn import __version__
from speechrnn.decoding.ngram import MARKERS
from speechrnn.decoding.recurrent_file import is_recurrent_lm, read_recurrent_lm, write_recurrent_lm
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.errors import InterruptedRunError, LanguageModelError, TrainingError, UsageError
from speechrnn.lm.recurrent_config import RecurrentLmConfig
from speechrnn.lm.recurrent_network import RecurrentLmNetwork, to_numpy
from speechrnn.lm.recurrent_text import Batch, Text, draw_batches, number_text, plan_batches
from speechrnn.training.checkpoint import delete_checkpoint, load_checkpoint, save_checkpoint
from speechrnn.training.interrupt import StopRequest, stop_on_signals
from speechrnn.training.lock import locked
from speechrnn.training.optimizer import build_optimizer, clip_gradients, optimizer_tensors, restore_optimizer, set_rate
from speechrnn.training.progress import Reporter
from speechrnn.training.schedule import learning_rate, momentum


@dataclass(slots=True)
class Progress:
    """Where a training stands; `best_loss` is the dev loss per symbol of the best epoch so far."""

    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = math.inf
    finished: bool = False


@dataclass(slots=True)
class LmTrainer:
    """One training in progress; takes up the checkpoints that it finds."""

    config: RecurrentLmConfig
    text: Text
    folder: Path
    fingerprint: str
    reporter: Reporter
    device: str = "cpu"
    progress: Progress = field(default_factory=Progress)
    network: RecurrentLmNetwork = field(init=False)
    optimizer: torch.optim.AdamW = field(init=False)

    def __post_init__(self) -> None:
        """Make network and optimiser as the seed has them, or as the last checkpoint."""
        torch.manual_seed(self.config.seed)
        self.network = RecurrentLmNetwork(self.config, self.text.unigrams).to(self.device)
        self.optimizer = build_optimizer(self.network, self.config.training())
        if saved := load_checkpoint(self.folder, "last"):
            tensors, state = saved
            if state.pop("fingerprint") != self.fingerprint:
                raise TrainingError(
                    f"{self.folder}: holds a training on other text or with other settings; "
                    "repeat its command to go on, or start over with --restart"
                )
            self.progress = Progress(**state)
            self._restore(tensors)
            restore_optimizer(self.optimizer, self.network, tensors)
            self.reporter.say(f"{self.folder}: going on after epoch {self.progress.epoch}")

    def run(self, stop: StopRequest) -> RecurrentLm:
        """Train to the end and give the best epoch's model.

        Raises:
            InterruptedRunError: the user stopped it.
            TrainingError: the loss is not finite.
        """
        while not self.progress.finished:
            started = time.perf_counter()
            loss = self._epoch(stop)
            dev_loss = self._dev_loss()
            self._close_epoch(dev_loss)
            self.reporter.say(
                f"epoch {self.progress.epoch}/{self.config.epochs}  loss {loss:.3f}  dev loss {dev_loss:.3f}  "
                f"dev perplexity {math.exp(dev_loss):.2f}  {time.perf_counter() - started:.1f} s"
            )
        best = load_checkpoint(self.folder, "best")
        if best is None:
            raise TrainingError(f"{self.folder}: no best checkpoint; start over with --restart")
        self._restore(best[0])
        return to_numpy(self.network, self.config, self.text.vocabulary, self.text.unigrams, self._about())

    def _epoch(self, stop: StopRequest) -> float:
        """Take every batch once; give the mean loss per symbol."""
        epoch, total, symbols = self.progress.epoch, 0.0, 0
        batches = draw_batches(self.text, self.config, epoch)
        torch.manual_seed(int(np.random.SeedSequence([self.config.seed, epoch]).generate_state(1)[0]))
        self.reporter.start(f"epoch {epoch + 1}/{self.config.epochs}", len(batches))
        self.network.train()
        for number, batch in enumerate(batches):
            if stop.asked:
                raise InterruptedRunError(
                    f"{self.folder}: stopped in epoch {epoch + 1}; the same command goes on from the start of it"
                )
            total += self._step(batch, (epoch + number / len(batches)) / self.config.epochs)
            symbols += int(batch.lengths.sum())
            self.reporter.advance()
        return total / symbols

    def _step(self, batch: Batch, progress: float) -> float:
        training = self.config.training()
        set_rate(self.optimizer, learning_rate(training, progress, halvings=0), momentum(training, progress))
        loss = self._loss(batch)
        self.optimizer.zero_grad(set_to_none=True)
        (loss / batch.lengths.sum()).backward()  # type: ignore[no-untyped-call]
        norm = clip_gradients(self.network, training)
        if not bool(torch.isfinite(norm)):
            raise TrainingError(
                f"{self.folder}: the gradient of a batch in epoch {self.progress.epoch + 1} is not finite; "
                "start over with --restart and a lower --learning-rate"
            )
        self.optimizer.step()
        return loss.item()

    def _loss(self, batch: Batch) -> Tensor:
        """Add up minus the log-probability of every symbol."""
        scores = self.network(batch.symbols.to(self.device), batch.lengths.to(self.device))
        return F.cross_entropy(scores.flatten(0, 1), batch.following.to(self.device).flatten(), reduction="sum")

    @torch.no_grad()
    def _dev_loss(self) -> float:
        self.network.eval()
        batches = list(plan_batches(self.text.dev, self.config.batch_lines))
        return sum(self._loss(batch).item() for batch in batches) / sum(int(batch.lengths.sum()) for batch in batches)

    def _close_epoch(self, dev_loss: float) -> None:
        progress, patience = self.progress, self.config.patience
        progress.epoch += 1
        if dev_loss < progress.best_loss:
            progress.best_epoch, progress.best_loss = progress.epoch, dev_loss
            save_checkpoint(self.folder, "best", self.network.state_dict(), {})
        gave_up = patience is not None and progress.epoch - progress.best_epoch >= patience
        progress.finished = progress.epoch >= self.config.epochs or gave_up
        tensors = {**self.network.state_dict(), **optimizer_tensors(self.optimizer, self.network)}
        save_checkpoint(self.folder, "last", tensors, {**asdict(progress), "fingerprint": self.fingerprint})

    def _restore(self, tensors: dict[str, Tensor]) -> None:
        own = self.network.state_dict()
        self.network.load_state_dict({name: tensors[name] for name in own})

    def _about(self) -> dict[str, Any]:
        return {
            "speechrnn_version": __version__,
            "settings": asdict(self.config),
            "train_pieces": len(self.text.train),
            "held_out_lines": self.text.held_out,
            "epochs": self.progress.epoch,
            "best_epoch": self.progress.best_epoch,
            "dev_perplexity": math.exp(self.progress.best_loss),
            "fingerprint": self.fingerprint,
        }


def train_recurrent(
    lines: Sequence[str],
    config: RecurrentLmConfig,
    output: Path,
    reporter: Reporter,
    *,
    restart: bool = False,
    device: str = "auto",
) -> RecurrentLm:
    """Train a model, or go on with its training, and write its file.

    Args:
        lines: normalised text, without empty lines.
        config: network and training.
        output: the model file; checkpoints stand beside it while the training lasts.
        reporter: shown what happens.
        restart: throw away what an earlier training has left.
        device: cpu, cuda, or auto for a GPU where there is one.

    Raises:
        UsageError: `output` is a folder, another training writes it, or there is no GPU.
        LanguageModelError: there are no lines.
        TrainingError: the checkpoints are of other text or settings, or the loss is not finite.
        InterruptedRunError: the user stopped it; it is saved.
    """
    if output.is_dir():
        raise UsageError(f"{output}: a folder came, a file to write the model to was wanted")
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError("--device: cuda came, but torch finds no CUDA GPU here; use auto or cpu")
    fingerprint, folder = _fingerprint(lines, config), checkpoint_folder(output)
    if not restart and (done := _finished(output, fingerprint)):
        reporter.say(f"{output}: already trained; --restart trains again")
        return done
    text = number_text(lines, config)
    if not text.held_out:
        reporter.say(f"{len(lines)} lines are too few to hold any out; the best epoch is chosen on the text itself")
    with locked(folder), stop_on_signals() as stop:
        if restart:
            for name in ("last", "best"):
                delete_checkpoint(folder, name)
        where = "cuda" if device == "auto" and torch.cuda.is_available() else device.replace("auto", "cpu")
        model = LmTrainer(config, text, folder, fingerprint, reporter, where).run(stop)
        write_recurrent_lm(output, model)
    shutil.rmtree(folder)
    return model


def summary(model: RecurrentLm) -> str:
    """Say in one line what was trained."""
    about, share = model.about, "dev" if model.about["held_out_lines"] else "its own text's"
    return (
        f"{len(model.layers)} x {model.size} {model.cell}, {model.num_parameters / 1e6:.2f} M parameters, "
        f"{len(model) - len(MARKERS)} {model.unit}s; {share} perplexity {about['dev_perplexity']:.2f} "
        f"(epoch {about['best_epoch']} of {about['epochs']})"
    )


def checkpoint_folder(output: Path) -> Path:
    """Say where the checkpoints of a model file's training are."""
    return output.with_name(output.name + ".checkpoints")


def _fingerprint(lines: Sequence[str], config: RecurrentLmConfig) -> str:
    return hashlib.sha256(json.dumps([asdict(config), *lines]).encode()).hexdigest()


def _finished(output: Path, fingerprint: str) -> RecurrentLm | None:
    """Give the model of an output file that comes from the same text and settings."""
    if not is_recurrent_lm(output):
        return None
    try:
        model = read_recurrent_lm(output)
    except LanguageModelError:
        return None
    return model if model.about.get("fingerprint") == fingerprint else None
