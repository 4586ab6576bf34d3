"""How transcripts are normalised, which characters the model spells, and by which rule its errors are counted."""

from dataclasses import dataclass
from typing import Annotated, Literal

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig:
    """The spelling of an experiment, and how it is scored."""

    numbers: Annotated[
        str | None,
        Help("language (BCP 47, one that num2words knows) in which digits are written out; null leaves them"),
    ] = None
    case: Annotated[Literal["lower", "upper", "keep"], Help("letter case the transcripts are brought to")] = "lower"
    punctuation: Annotated[
        Literal["keep", "remove"],
        Help("remove turns punctuation and symbols to spaces, but for an apostrophe inside a word"),
    ] = "keep"
    remove: Annotated[str, Help("characters taken out of every transcript without a trace")] = ""
    unit: Annotated[
        Literal["character", "word"],
        Help("what one label stands for; word suits a small closed vocabulary and cannot write any other"),
    ] = "character"
    alphabet: Annotated[
        str | None,
        Help("the characters, or the words between spaces, to write with; null takes those of train"),
    ] = None
    score_as: Annotated[
        Literal["timit39"] | None,
        Help("what reference and hypothesis become before errors are counted: timit39, TIMIT's phones in 39 classes"),
    ] = None

    __pydantic_config__ = STRICT
