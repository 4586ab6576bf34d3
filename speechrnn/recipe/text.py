"""How transcripts are normalised and which characters the model spells."""

from dataclasses import dataclass
from typing import Annotated, Literal

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig:
    """The spelling of an experiment."""

    case: Annotated[Literal["lower", "upper", "keep"], Help("letter case the transcripts are brought to")] = "lower"
    remove: Annotated[str, Help("characters taken out of every transcript, for example punctuation")] = ""
    unit: Annotated[
        Literal["character", "word"],
        Help("what one label stands for; word suits a small closed vocabulary and cannot write any other"),
    ] = "character"
    alphabet: Annotated[
        str | None,
        Help("the characters, or the words between spaces, to write with; null takes those of train"),
    ] = None

    __pydantic_config__ = STRICT
