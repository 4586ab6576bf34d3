"""Which utterances go together: batches of like length, a fixed amount of audio each, planned per epoch from the seed.

The plan is a list, so a resumed run drops the batches it has done and goes on with the very next one.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from lhotse import CutSet
from lhotse.cut import MonoCut
from lhotse.dataset.sampling import SimpleCutSampler
from torch import Tensor

from speechrnn.recipe import TrainingConfig


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded utterances. `labels` are padded with the blank; `seconds` is the audio, padding not counted.

    `features` and `feature_lengths` hold every view of every utterance: the first of each, then the second of each
    (loss.consistency_weight). All else is told once. `for_teacher` holds the same utterances as a teacher with a front
    end of its own hears them (distill.teacher).
    """

    utterance_ids: tuple[str, ...]
    texts: tuple[str, ...]
    features: Tensor
    feature_lengths: Tensor
    labels: Tensor
    label_lengths: Tensor
    seconds: float
    for_teacher: "Batch | None" = None

    def to(self, device: str) -> "Batch":
        """Move the tensors to a device."""
        moved = (t.to(device) for t in (self.features, self.feature_lengths, self.labels, self.label_lengths))
        features, feature_lengths, labels, label_lengths = moved
        heard = None if self.for_teacher is None else self.for_teacher.to(device)
        return replace(
            self,
            features=features,
            feature_lengths=feature_lengths,
            labels=labels,
            label_lengths=label_lengths,
            for_teacher=heard,
        )


def plan_epoch(
    cuts: CutSet,
    config: TrainingConfig,
    seed: int,
    epoch: int,
    seconds: Callable[[MonoCut], float] = lambda cut: float(cut.duration),
) -> list[CutSet]:
    """Plan the training batches of one epoch.

    Utterances are ordered by length, each length first changed by a random factor of up to `length_jitter`, so that
    neighbours differ from epoch to epoch but padding stays small. The longest batch comes first: if memory is short,
    it shows at once and not hours later. The others come in random order. In the epochs of the curriculum all come in
    the order of length (Amodei et al. 2016): short utterances are easier to align for weights that know nothing.

    Args:
        cuts: the training part.
        config: the recipe's training section.
        seed: the recipe's.
        epoch: counted from 0.
        seconds: how long an utterance will be in this epoch, where augmentation changes lengths.
    """
    by_id = {cut.id: cut for cut in cuts}
    lengths = CutSet.from_cuts(MonoCut(id=cut.id, start=0, duration=seconds(cut), channel=0) for cut in cuts)
    return [CutSet.from_cuts(by_id[one.id] for one in batch) for batch in _plan(lengths, config, seed, epoch)]


def _plan(cuts: CutSet, config: TrainingConfig, seed: int, epoch: int) -> list[CutSet]:
    draw = np.random.default_rng([seed, epoch])
    jittered = {cut.id: cut.duration * draw.uniform(1 - config.length_jitter, 1 + config.length_jitter) for cut in cuts}
    batches = group(sorted(cuts, key=lambda cut: jittered[cut.id]), config.batch_seconds)
    if epoch < config.curriculum_epochs:
        return batches
    longest = max(range(len(batches)), key=lambda number: padded_seconds(batches[number]))
    first = batches.pop(longest)
    return [first, *(batches[number] for number in draw.permutation(len(batches)))]


def plan_evaluation(cuts: CutSet, batch_seconds: float) -> list[CutSet]:
    """Batches for scoring: by length, longest first."""
    return group(sorted(cuts, key=lambda cut: (-cut.duration, cut.id)), batch_seconds)


def group(cuts: Sequence[MonoCut], batch_seconds: float) -> list[CutSet]:
    """Fill batches in order, up to `batch_seconds` each, padding counted; an utterance longer than that goes alone."""
    sampler = SimpleCutSampler(CutSet.from_cuts(cuts), max_duration=batch_seconds, shuffle=False, drop_last=False)
    with warnings.catch_warnings():
        # lhotse warns of a lone utterance over the limit; that it goes alone is what we want.
        warnings.filterwarnings("ignore", message="The first cut drawn", category=UserWarning)
        return list(sampler)


def padded_seconds(batch: CutSet) -> float:
    """Seconds a batch takes up once padded."""
    return float(len(batch) * max(cut.duration for cut in batch))
