"""What a decoder's settings name, as members of a model file: language models, words, a grammar; there and back."""

from speechrnn.bundle import layout
from speechrnn.bundle.read import Bundle
from speechrnn.decoding.grammar_parse import parse_grammar
from speechrnn.decoding.language_model import LanguageModel, from_bytes, to_bytes
from speechrnn.decoding.lexicon import lexicon_text, parse_lexicon
from speechrnn.decoding.resources import Resources
from speechrnn.errors import BundleError, GrammarError, LanguageModelError, UsageError
from speechrnn.recipe import DecodingConfig


def resource_members(resources: Resources) -> dict[str, bytes | None]:
    """Give the members that hold these; None for those a model file then lacks."""
    return {
        layout.LANGUAGE_MODEL: to_bytes(resources.lm) if resources.lm else None,
        layout.RESCORER: to_bytes(resources.rescorer) if resources.rescorer else None,
        layout.LEXICON: lexicon_text(resources.words).encode() if resources.words else None,
        layout.GRAMMAR: resources.grammar.text.encode() if resources.grammar else None,
    }


def read_resources(bundle: Bundle, config: DecodingConfig) -> Resources:
    """Open those members of a model file that stored settings name.

    Raises:
        BundleError: a member is missing or damaged.
    """
    try:
        lm = _language_model(bundle, layout.LANGUAGE_MODEL, config.lm)
        rescorer = _language_model(bundle, layout.RESCORER, config.rescore)
        words = parse_lexicon(bundle.read(layout.LEXICON).decode(), layout.LEXICON) if config.lexicon else None
        grammar = parse_grammar(bundle.read(layout.GRAMMAR).decode(), config.grammar) if config.grammar else None
    except (LanguageModelError, UsageError, GrammarError, UnicodeDecodeError) as error:
        raise BundleError(f"{bundle.path}: cannot be decoded with what it holds ({error})") from error
    return Resources(lm, words, grammar, rescorer)


def _language_model(bundle: Bundle, member: str, name: str | None) -> LanguageModel | None:
    return from_bytes(bundle.read(member), name, member) if name else None
