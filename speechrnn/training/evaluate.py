"""Decode a split and score it."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from lhotse import CutSet

from speechrnn.data.batches import plan_evaluation
from speechrnn.data.loader import Loader
from speechrnn.decoding.greedy import greedy
from speechrnn.losses.ctc import ctc_losses
from speechrnn.model.acoustic import AcousticModel
from speechrnn.scoring.errors import Score, score


@dataclass(frozen=True, slots=True)
class Decoded:
    """One utterance: what was said and what was heard, with the log score of the hypothesis."""

    utterance_id: str
    reference: str
    hypothesis: str
    log_score: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A decoded split.

    `loss` is per label, over the utterances CTC has a path for; `blank_rate` is the share of frames whose best label is
    the blank.
    """

    decoded: tuple[Decoded, ...]
    score: Score
    loss: float
    blank_rate: float
    seconds: float
    audio_seconds: float

    @property
    def real_time_factor(self) -> float:
        """Seconds of work per second of audio, reading and features included."""
        return self.seconds / self.audio_seconds if self.audio_seconds else 0.0


@torch.no_grad()
def evaluate(
    model: AcousticModel,
    loader: Loader,
    cuts: CutSet,
    batch_seconds: float,
    advance: Callable[[int], None] = lambda utterances: None,
) -> Evaluation:
    """Decode and score utterances in the order of `cuts`; one that cannot be read is left to `loader.failures`.

    Args:
        model: the acoustic model; its mode is restored afterwards.
        loader: reads the utterances.
        cuts: the split.
        batch_seconds: audio per batch.
        advance: told how many utterances each batch had.
    """
    started = time.perf_counter()
    was_training = model.training
    model.eval()
    parts = []
    for cuts_of_batch in plan_evaluation(cuts, batch_seconds):
        parts.append(_evaluate_batch(model, loader, cuts_of_batch))
        advance(len(cuts_of_batch))
    model.train(was_training)
    loader.keep()
    return _gather([part for part in parts if part], cuts, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Part:
    decoded: list[Decoded]
    loss: float
    labels: int
    blanks: int
    frames: int
    audio_seconds: float


def _evaluate_batch(model: AcousticModel, loader: Loader, cuts: CutSet) -> _Part | None:
    loaded = loader.load(cuts)
    if loaded is None:
        return None
    batch = loaded.to(str(next(model.parameters()).device))
    log_probs, lengths = model(batch.features, batch.feature_lengths)
    losses = ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths)
    decoded, blanks = [], 0
    for row, length in enumerate(lengths.tolist()):
        frames = log_probs[row, :length].cpu().numpy()
        best = greedy(frames)[0]
        blanks += int((frames.argmax(axis=1) == 0).sum())
        hypothesis = " ".join(loader.alphabet.decode(best.labels).split())
        decoded.append(Decoded(batch.utterance_ids[row], batch.texts[row], hypothesis, best.score))
    spellable = torch.isfinite(losses)
    loss, labels = float(losses[spellable].sum()), int(batch.label_lengths[spellable].sum())
    return _Part(decoded, loss, labels, blanks, int(lengths.sum()), batch.seconds)


def _gather(parts: Sequence[_Part], cuts: CutSet, seconds: float) -> Evaluation:
    by_id = {decoded.utterance_id: decoded for part in parts for decoded in part.decoded}
    in_order = tuple(by_id[cut.id] for cut in cuts if cut.id in by_id)
    frames, labels = sum(part.frames for part in parts), sum(part.labels for part in parts)
    return Evaluation(
        decoded=in_order,
        score=score([d.reference for d in in_order], [d.hypothesis for d in in_order]),
        loss=math.fsum(part.loss for part in parts) / max(labels, 1),
        blank_rate=sum(part.blanks for part in parts) / max(frames, 1),
        seconds=seconds,
        audio_seconds=sum(part.audio_seconds for part in parts),
    )
