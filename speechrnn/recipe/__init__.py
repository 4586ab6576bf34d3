"""The vocabulary of an experiment: one frozen dataclass per section, all of them one `Recipe`.

A section is imported when it is first asked for: who runs a model needs the one on decoding, and waits for no other.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
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

_HOMES: Final = {
    "AugmentConfig": "speechrnn.recipe.augment",
    "CorpusConfig": "speechrnn.recipe.corpus",
    "DecodingConfig": "speechrnn.recipe.decoding",
    "DistillConfig": "speechrnn.recipe.distill",
    "ExpectedConfig": "speechrnn.recipe.expected",
    "FeaturesConfig": "speechrnn.recipe.features",
    "LossConfig": "speechrnn.recipe.loss",
    "ModelConfig": "speechrnn.recipe.model",
    "Recipe": "speechrnn.recipe.recipe",
    "TextConfig": "speechrnn.recipe.text",
    "TrainingConfig": "speechrnn.recipe.training",
}


def __getattr__(name: str) -> Any:
    """Import the section of a name (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
