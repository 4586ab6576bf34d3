"""The result a recipe promises, which `make recipes-check` holds it to, and what it costs to get there."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedConfig:
    """A bound on one figure of one split, what was measured, what others have, and how long it takes."""

    split: Annotated[Literal["dev", "test"], Help("the split that is scored at the end of training")] = "test"
    metric: Annotated[Literal["wer", "cer", "ser", "errors"], Help("percent, or a count of word errors")] = "wer"
    at_most: Annotated[float | None, Ge(0), Help("worse than this fails the check; null promises nothing")] = None
    measured: Annotated[str, Help("what was measured, with its settings")] = "not measured yet"
    bar: Annotated[str, Help("the public result to hold it against, and whose it is, or that none was found")] = ""
    train_hours: Annotated[
        float | None, Gt(0), Help("hours of speech in train, of one fold; `recipe list` estimates minutes from it")
    ] = None
    minutes: Annotated[
        float | None, Gt(0), Help("minutes that training took, all folds together; null where nobody has measured them")
    ] = None
    machine: Annotated[str, Help("what those minutes were measured on")] = ""

    __pydantic_config__ = STRICT
