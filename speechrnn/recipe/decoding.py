"""How log-probabilities become text, and how the text is scored."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from speechrnn.recipe.section import STRICT, Help


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingConfig:
    """The decoder and the statistics of its score."""

    kind: Annotated[
        Literal["greedy", "beam"],
        Help("greedy takes the best label of every frame; beam searches, and is what language models need"),
    ] = "greedy"
    beam_size: Annotated[int, Ge(1), Help("beam: prefixes kept after every frame")] = 100
    beam_threshold: Annotated[
        float | None, Gt(0), Help("beam: prefixes so far below the best one are dropped, in nats; null keeps them")
    ] = 20.0
    token_threshold: Annotated[
        float | None, Gt(0), Help("beam: labels so far below the best one of their frame open no prefix; null all do")
    ] = 10.0
    blank_skip: Annotated[
        float, Gt(0), Le(1), Help("beam: frames whose blank is likelier than this are passed over; 1 looks at all")
    ] = 0.999
    lm: Annotated[
        str | None,
        Help("beam: language model, a file of `speechrnn lm build` or `lm train`, or ARPA; of words or characters"),
    ] = None
    alpha: Annotated[float, Ge(0), Help("beam: weight of the language model's log-probabilities")] = 0.5
    beta: Annotated[float, Help("beam: added for each word, or each label where the language model is over labels")] = (
        1.0
    )
    unknown_penalty: Annotated[
        float | None,
        Ge(0),
        Help(
            "beam: taken off for each character of a word that a language model of words lacks; null forbids such words"
        ),
    ] = 2.0
    lexicon: Annotated[
        str | None, Help("beam: file of the only words that may be written, one a line, or word<tab>spelling")
    ] = None
    grammar: Annotated[str | None, Help("beam: file of the only phrases that may be written, one a line")] = None
    reject_below: Annotated[
        float | None,
        Le(0),
        Help("grammar: log-probability per label below which a phrase was not said and is rejected; null keeps all"),
    ] = None
    rescore: Annotated[
        str | None,
        Help("beam: a second language model, of any unit, that ranks what the search has found anew"),
    ] = None
    rescore_weight: Annotated[float, Ge(0), Help("rescore: weight of that model's log-probabilities")] = 0.5
    hotwords: Annotated[str, Help("beam: words and phrases to favour, each with its boost: `word:3,two words:2`")] = ""
    bootstrap_samples: Annotated[int, Ge(100), Help("resamplings of the test utterances behind the 95 % interval")] = (
        1000
    )

    __pydantic_config__ = STRICT

    @property
    def fused(self) -> tuple[str, ...]:
        """Names of the settings that only a search can use."""
        return tuple(name for name in ("lm", "lexicon", "grammar", "hotwords", "rescore") if getattr(self, name))
