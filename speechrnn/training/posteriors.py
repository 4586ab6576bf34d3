"""What a model makes of a split: the log-probabilities of every utterance, and how well they suit what was said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from lhotse import CutSet
from numpy.typing import NDArray

from speechrnn.data.batches import plan_evaluation
from speechrnn.data.loader import Loader
from speechrnn.losses.ctc import ctc_losses
from speechrnn.model.acoustic import AcousticModel


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """One utterance: its id, what was said, and natural-log probabilities `(time, vocab)`."""

    utterance_id: str
    text: str
    log_probs: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class BatchSums:
    """Sums over a batch. `loss` and its `labels` leave out utterances that CTC has no path for."""

    loss: float
    labels: int
    frames: int
    audio_seconds: float


def posteriors(
    model: AcousticModel,
    loader: Loader,
    cuts: CutSet,
    batch_seconds: float,
    advance: Callable[[int], None] = lambda utterances: None,
) -> Iterator[tuple[list[Utterance], BatchSums]]:
    """Run the model over a split, batch by batch; what cannot be read is left to `loader.failures`.

    Args:
        model: the acoustic model; its mode is restored at the end.
        loader: reads the utterances.
        cuts: the split.
        batch_seconds: audio per batch.
        advance: told how many utterances each batch had.
    """
    was_training = model.training
    model.eval()
    try:
        for cuts_of_batch in plan_evaluation(cuts, batch_seconds):
            if batch := _run_batch(model, loader, cuts_of_batch):
                yield batch
            advance(len(cuts_of_batch))
    finally:
        model.train(was_training)
    loader.keep()


@torch.no_grad()
def _run_batch(model: AcousticModel, loader: Loader, cuts: CutSet) -> tuple[list[Utterance], BatchSums] | None:
    loaded = loader.load(cuts)
    if loaded is None:
        return None
    batch = loaded.to(str(next(model.parameters()).device))
    log_probs, lengths = model(batch.features, batch.feature_lengths)
    losses = ctc_losses(log_probs.transpose(0, 1), batch.labels, lengths, batch.label_lengths)
    spellable = torch.isfinite(losses)
    rows = log_probs.cpu().numpy()
    utterances = [
        Utterance(batch.utterance_ids[row], batch.texts[row], rows[row, :length])
        for row, length in enumerate(lengths.tolist())
    ]
    loss, labels = float(losses[spellable].sum()), int(batch.label_lengths[spellable].sum())
    return utterances, BatchSums(loss, labels, int(lengths.sum()), batch.seconds)
