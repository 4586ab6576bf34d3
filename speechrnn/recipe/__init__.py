"""The vocabulary of an experiment: one frozen dataclass per section, all of them one `Recipe`."""

from speechrnn.recipe.augment import AugmentConfig
from speechrnn.recipe.corpus import CorpusConfig
from speechrnn.recipe.decoding import DecodingConfig
from speechrnn.recipe.distill import DistillConfig
from speechrnn.recipe.expected import ExpectedConfig
from speechrnn.recipe.features import FeaturesConfig
from speechrnn.recipe.loss import LossConfig
from speechrnn.recipe.model import ModelConfig
from speechrnn.recipe.recipe import Recipe
from speechrnn.recipe.text import TextConfig
from speechrnn.recipe.training import TrainingConfig

__all__ = [
    "AugmentConfig",
    "CorpusConfig",
    "DecodingConfig",
    "DistillConfig",
    "ExpectedConfig",
    "FeaturesConfig",
    "LossConfig",
    "ModelConfig",
    "Recipe",
    "TextConfig",
    "TrainingConfig",
]
