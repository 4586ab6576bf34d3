"""How transcripts are normalised and which characters the model spells."""

from dataclasses import dataclass
from typing import Annotated, Literal

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig:
    """The spelling of an experiment."""

    case: Annotated[Literal["lower", "upper", "keep"], Help("letter case the transcripts are brought to")] = "lower"
    remove: Annotated[str, Help("characters taken out of every transcript, for example punctuation")] = ""
    alphabet: Annotated[
        str | None, Help("the characters to spell with; null takes those of the training transcripts")
    ] = None

    __pydantic_config__ = STRICT
