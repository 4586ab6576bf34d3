"""One experiment, whole."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge

from speechrnn.recipe.augment import AugmentConfig
from speechrnn.recipe.corpus import CorpusConfig
from speechrnn.recipe.decoding import DecodingConfig
from speechrnn.recipe.distill import DistillConfig
from speechrnn.recipe.expected import ExpectedConfig
from speechrnn.recipe.features import FeaturesConfig
from speechrnn.recipe.loss import LossConfig
from speechrnn.recipe.model import ModelConfig
from speechrnn.recipe.section import STRICT, Help
from speechrnn.recipe.text import TextConfig
from speechrnn.recipe.training import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides a result; saved beside it."""

    name: Annotated[str, Help("name of the run folder")]
    title: Annotated[str, Help("one line on what this experiment is")] = ""
    card: Annotated[
        str, Help("Markdown for the model's card: whose data, under which licence, what the model is for and is not")
    ] = ""
    seed: Annotated[int, Ge(0), Help("seed of the weights, the batches and the augmentation")] = 1
    corpus: CorpusConfig
    text: TextConfig = field(default_factory=TextConfig)
    features: FeaturesConfig = field(default_factory=FeaturesConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    distill: DistillConfig = field(default_factory=DistillConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    decoding: DecodingConfig = field(default_factory=DecodingConfig)
    expected: ExpectedConfig = field(default_factory=ExpectedConfig)

    __pydantic_config__ = STRICT
