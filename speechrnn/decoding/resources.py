"""What the settings of a decoder name, opened: language models, a list of words, a grammar."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from speechrnn.decoding.grammar_parse import Grammar
    from speechrnn.decoding.language_model import LanguageModel
    from speechrnn.decoding.lexicon import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Resources:
    """None stands for what was not asked for.

    Attributes:
        lm: the language model.
        words: the only words that may be written.
        grammar: the only phrases that may be.
        rescorer: the language model of the second pass.
    """

    lm: "LanguageModel | None" = None
    words: "tuple[Entry, ...] | None" = None
    grammar: "Grammar | None" = None
    rescorer: "LanguageModel | None" = None


def open_resources(
    lm: Path | None, lexicon: Path | None, grammar: Path | None = None, rescorer: Path | None = None
) -> Resources:
    """Read the files that were named.

    Raises:
        LanguageModelError, UsageError, GrammarError: one cannot be read.
    """
    # Here, so that a decoder without any does not wait for them.
    from speechrnn.decoding.grammar_parse import read_grammar
    from speechrnn.decoding.language_model import read_language_model
    from speechrnn.decoding.lexicon import read_lexicon

    return Resources(
        lm=None if lm is None else read_language_model(lm),
        words=None if lexicon is None else read_lexicon(lexicon),
        grammar=None if grammar is None else read_grammar(grammar),
        rescorer=None if rescorer is None else read_language_model(rescorer),
    )
