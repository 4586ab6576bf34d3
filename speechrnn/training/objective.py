"""What a training step minimises: the recipe's main loss and everything it adds to it, per utterance.

    main  = CTC, or CTC-CRF + ctc_share * CTC
    last  = (1 - label_smoothing) * (main - entropy_weight * path entropy) + label_smoothing * divergence from uniform
    view  = (1 - inter_weight) * last + inter_weight * mean CTC of the intermediate layers
            + distill.weight * divergence from the teacher
    total = mean over the views + consistency_weight * their divergence

Every term is a sum over the frames of an utterance, in nats. A setting at its default adds nothing and costs nothing.
"""

from dataclasses import dataclass

import torch
from lhotse import CutSet
from torch import Tensor

from speechrnn.data.batches import Batch
from speechrnn.data.concatenate import concatenate
from speechrnn.data.cuts import utterance_text
from speechrnn.losses.consistency import consistency_losses
from speechrnn.losses.ctc import ctc_losses, reduce_losses
from speechrnn.losses.ctc_crf import ctc_crf_losses
from speechrnn.losses.denominator import Denominator, build_denominator
from speechrnn.losses.entropy import path_entropies
from speechrnn.losses.smoothing import uniform_divergences
from speechrnn.model.acoustic import AcousticModel, AcousticOutputs
from speechrnn.recipe import LossConfig
from speechrnn.text.normalize import normalize
from speechrnn.training.distill import Teacher
from speechrnn.training.system import System


@dataclass(frozen=True, slots=True)
class Transcripts:
    """What the rows of a batch spell, view after view, as the losses take it."""

    targets: Tensor
    input_lengths: Tensor
    target_lengths: Tensor

    @classmethod
    def of(cls, outputs: AcousticOutputs, batch: Batch) -> "Transcripts":
        """Repeat the labels for every view of the outputs."""
        views = len(outputs.lengths) // len(batch.label_lengths)
        return cls(batch.labels.repeat(views, 1), outputs.lengths, batch.label_lengths.repeat(views))

    def ctc(self, log_probs: Tensor) -> Tensor:
        """Plain CTC of log-probabilities `(time, rows, vocab)`, `(rows,)`."""
        return ctc_losses(log_probs, self.targets, self.input_lengths, self.target_lengths)


@dataclass(frozen=True, slots=True)
class Objective:
    """The recipe's loss section at work.

    Attributes:
        config: the section.
        graph: CTC-CRF's denominator, on the device of the model.
        teacher: of the recipe's distill section.
    """

    config: LossConfig
    graph: Denominator | None = None
    teacher: Teacher | None = None

    def __call__(self, model: AcousticModel, batch: Batch) -> tuple[Tensor, Tensor]:
        """Run the model on a batch.

        Returns:
            The loss of each utterance `(utterances,)`, and the number to differentiate.
        """
        losses = self.losses(model.outputs(batch.features, batch.feature_lengths), batch)
        return losses, reduce_losses(losses, batch.label_lengths, self.config)

    def losses(self, outputs: AcousticOutputs, batch: Batch) -> Tensor:
        """Compute the loss of each utterance of a batch, `(utterances,)`, from what the model makes of its views."""
        said = Transcripts.of(outputs, batch)
        log_probs = outputs.log_probs.transpose(0, 1)
        losses = self._with_intermediate(self._last(log_probs, said), outputs, said)
        if self.teacher is not None:
            losses = losses + self.teacher.losses(outputs, batch)
        weight = self.config.consistency_weight
        if weight == 0:
            return losses
        (one, other), lengths = log_probs.chunk(2, dim=1), outputs.lengths[: len(batch.label_lengths)]
        return losses.view(2, -1).mean(dim=0) + weight * consistency_losses(one, other, lengths)

    def _last(self, log_probs: Tensor, said: Transcripts) -> Tensor:
        """The loss of the last layer, `(rows,)`, from `(time, rows, vocab)`."""
        losses = self._main(log_probs, said)
        if weight := self.config.entropy_weight:
            losses = losses - weight * path_entropies(log_probs, said.targets, said.input_lengths, said.target_lengths)
        if share := self.config.label_smoothing:
            losses = (1 - share) * losses + share * uniform_divergences(log_probs, said.input_lengths)
        return losses

    def _main(self, log_probs: Tensor, said: Transcripts) -> Tensor:
        if self.graph is None:
            return said.ctc(log_probs)
        losses = ctc_crf_losses(log_probs, said.targets, said.input_lengths, said.target_lengths, self.graph)
        share = self.config.ctc_share
        return losses + share * said.ctc(log_probs) if share else losses

    def _with_intermediate(self, losses: Tensor, outputs: AcousticOutputs, said: Transcripts) -> Tensor:
        share = self.config.inter_weight
        if share == 0:
            return losses
        below = torch.stack([said.ctc(log_probs.transpose(0, 1)) for log_probs in outputs.intermediate])
        return (1 - share) * losses + share * below.mean(dim=0)


def build_objective(system: System, train: CutSet, teacher: Teacher | None = None) -> Objective:
    """Make the objective of a run; CTC-CRF's denominator learns its texts from the training part."""
    config, alphabet = system.recipe.loss, system.alphabet
    if config.kind == "ctc":
        return Objective(config, teacher=teacher)
    # Joined as in the first epoch: the graph must know the spaces between utterances.
    joined = concatenate(train, system.recipe, epoch=0)
    texts = (alphabet.encode(normalize(utterance_text(cut), system.recipe.text)) for cut in joined)
    graph = build_denominator(texts, alphabet.size, config.denominator_order)
    return Objective(config, graph.like(next(system.model.parameters())), teacher)
