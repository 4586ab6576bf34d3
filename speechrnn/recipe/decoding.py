"""How log-probabilities become text, and how the text is scored."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingConfig:
    """The decoder and the statistics of its score."""

    kind: Annotated[Literal["greedy"], Help("greedy takes the best label of every frame")] = "greedy"
    bootstrap_samples: Annotated[int, Ge(100), Help("resamplings of the test utterances behind the 95 % interval")] = (
        1000
    )

    __pydantic_config__ = STRICT
