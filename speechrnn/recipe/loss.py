"""What training minimises."""

from dataclasses import dataclass
from typing import Annotated, Literal

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class LossConfig:
    """The loss of an experiment."""

    kind: Annotated[Literal["ctc"], Help("connectionist temporal classification (Graves et al. 2006)")] = "ctc"
    normalize: Annotated[
        Literal["label", "utterance"], Help("divide the batch's loss by its number of labels, or of utterances")
    ] = "label"

    __pydantic_config__ = STRICT
