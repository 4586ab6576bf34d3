"""The result a recipe promises, which `make recipes-check` holds it to."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedConfig:
    """A bound on one figure of one split, and what was measured."""

    split: Annotated[Literal["dev", "test"], Help("the split that is scored at the end of training")] = "test"
    metric: Annotated[Literal["wer", "cer", "ser", "errors"], Help("percent, or a count of word errors")] = "wer"
    at_most: Annotated[float | None, Ge(0), Help("worse than this fails the check; null promises nothing")] = None
    measured: Annotated[str, Help("what was measured, with its settings")] = "not measured yet"

    __pydantic_config__ = STRICT
