"""Bring transcripts to one spelling: a fixed chain of named steps, of which a recipe's text section chooses.

| step | does | chosen by |
|---|---|---|
| `nfc` | an accent typed as two code points and the same typed as one become one character | always |
| `numbers` | digits become words | `text.numbers` |
| `case` | one letter case | `text.case` |
| `punctuation` | punctuation and symbols become spaces, apostrophes inside words stay | `text.punctuation` |
| `remove` | characters of one's own go | `text.remove` |
| `spaces` | single plain spaces, none at the ends | always |

In this order: words for numbers get the case of the others, and a sign of minus or of decimals is read before it is
removed.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from speechrnn.recipe import TextConfig
from speechrnn.text.punctuation import remove_punctuation


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain, and its name."""

    name: str
    apply: Callable[[str], str]


@lru_cache
def pipeline(config: TextConfig) -> tuple[Step, ...]:
    """Give the steps that a recipe chose, in order.

    >>> [step.name for step in pipeline(TextConfig(case="keep", punctuation="remove"))]
    ['nfc', 'punctuation', 'spaces']

    Raises:
        MissingDependencyError: numbers are to be written out, and num2words is not installed.
        UsageError: it does not know the language.
    """
    return tuple(_steps(config))


def normalize(text: str, config: TextConfig) -> str:
    r"""Normalise one transcript.

    >>> normalize("  Grüß\u0301  Gott! ", TextConfig(remove="!"))
    'grüß́ gott'

    Raises:
        MissingDependencyError, UsageError: as `pipeline`.
    """
    for step in pipeline(config):
        text = step.apply(text)
    return text


def _steps(config: TextConfig) -> Iterator[Step]:
    yield Step("nfc", compose)
    if config.numbers is not None:
        from speechrnn.text.number_words import numbers_to_words

        yield Step("numbers", numbers_to_words(config.numbers))
    if config.case != "keep":
        yield Step("case", lower if config.case == "lower" else upper)
    if config.punctuation == "remove":
        yield Step("punctuation", remove_punctuation)
    if config.remove:
        yield Step("remove", partial(remove_characters, characters=config.remove))
    yield Step("spaces", single_spaces)


def compose(text: str) -> str:
    """Bring a text to Unicode form NFC."""
    return unicodedata.normalize("NFC", text)


def lower(text: str) -> str:
    """Bring a text to lower case; NFC again, for the Turkish capital dotted I decomposes."""
    return compose(text.lower())


def upper(text: str) -> str:
    """Bring a text to upper case, still composed."""
    return compose(text.upper())


def remove_characters(text: str, characters: str) -> str:
    """Take characters out of a text without a trace."""
    return text.translate({ord(character): None for character in characters})


def single_spaces(text: str) -> str:
    """Make any white space one plain space; NFC again, for what stood between a letter and its accent may be gone."""
    return " ".join(compose(text).split())
