"""What training minimises."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, Lt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class LossConfig:
    """The loss of an experiment. Dev is always measured by plain CTC, so that recipes can be compared."""

    kind: Annotated[
        Literal["ctc", "ctc_crf"],
        Help("connectionist temporal classification (Graves et al. 2006), or normalised over whole texts (CTC-CRF)"),
    ] = "ctc"
    denominator_order: Annotated[
        int,
        Ge(1),
        Le(4),
        Help("labels per n-gram, of the training transcripts, that weighs rival texts (kind ctc_crf)"),
    ] = 2
    ctc_share: Annotated[
        float, Ge(0), Help("this much of the plain CTC loss is added to hold CTC-CRF steady (kind ctc_crf)")
    ] = 0.1
    inter_weight: Annotated[
        float, Ge(0), Lt(1), Help("share of the loss that is the CTC loss of model.inter_layers (InterCTC)")
    ] = 0.0
    consistency_weight: Annotated[
        float,
        Ge(0),
        Help("two views of every batch, masked differently, are drawn to agree this much (CR-CTC); a step takes twice"),
    ] = 0.0
    label_smoothing: Annotated[
        float, Ge(0), Lt(1), Help("share of the loss that is every frame's divergence from the uniform distribution")
    ] = 0.0
    entropy_weight: Annotated[
        float, Ge(0), Help("reward per nat of doubt between paths that spell the transcript (maximum-entropy CTC)")
    ] = 0.0
    normalize: Annotated[
        Literal["label", "utterance"], Help("divide the batch's loss by its number of labels, or of utterances")
    ] = "label"

    __pydantic_config__ = STRICT

    @property
    def views(self) -> int:
        """Copies of every training utterance in a batch."""
        return 2 if self.consistency_weight > 0 else 1
