"""What a student learns from a teacher."""

from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Gt

from speechrnn.recipe.section import STRICT, Help

FOLD: Final = "{fold}"
"""In the teacher's path: the speaker left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillConfig:
    """A larger model whose posteriors the trained one is drawn to, frame by frame."""

    teacher: Annotated[
        str | None, Help("model file or run folder of the teacher; {fold} in it stands for the speaker left out")
    ] = None
    weight: Annotated[float, Gt(0), Help("a nat of divergence from the teacher counts this much beside the loss")] = 1.0
    temperature: Annotated[
        float, Gt(0), Help("over 1 flattens both distributions, so that what the teacher thinks unlikely is learnt too")
    ] = 1.0

    __pydantic_config__ = STRICT


def teacher_path(teacher: str, left_out: str | None) -> str:
    """Put the speaker left out where a teacher's path asks for one.

    >>> teacher_path("runs/big/{fold}", "theo")
    'runs/big/theo'
    """
    return teacher if left_out is None else teacher.replace(FOLD, left_out)
