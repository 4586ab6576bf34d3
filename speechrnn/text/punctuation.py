"""Takes punctuation and symbols out of a text, and leaves every letter, mark and digit of every script.

What Unicode calls punctuation or a symbol (general categories P and S) becomes a space, so that what it kept apart
stays apart: `state-of-the-art` is four words and `end.Start` two. The exceptions are what belongs to a word:

- an apostrophe inside of one, whatever sign was typed for it, is `'`;
- the Hebrew geresh and gershayim and the Catalan middle dot stay inside of a word; spacing modifier letters that
  Unicode counts as symbols, such as tone letters, stay anywhere;
- the Armenian stress, exclamation and question marks, which are written over a vowel inside of the word they go with,
  soft hyphens and marks of direction go without a trace.

Marks and joiners that stood on a sign go with it, as the variation selector of an emoji.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

_APOSTROPHES: Final = frozenset("'\u2019\u2018\u201b\uff07`\u00b4")
_INSIDE_WORDS: Final = frozenset("\u05f3\u05f4\u00b7")
_NO_TRACE: Final = frozenset(
    "\u055b\u055c\u055e\u00ad\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def remove_punctuation(text: str) -> str:
    """Turn punctuation and symbols to spaces.

    >>> remove_punctuation("“It’s well-known,” she said: ‘yes’.")
    " It's well known   she said   yes  "
    """
    return text if text.replace(" ", "").isalnum() else "".join(_kept(text))


def _kept(text: str) -> Iterator[str]:
    """Yield what each character becomes."""
    text = "".join(character for character in text if character not in _NO_TRACE)
    before, gone = "", False
    for character, behind in zip(text, text[1:] + " ", strict=False):
        kept = _become(before, character, behind)
        gone = kept == " " or (gone and _leans(character))
        if not (gone and _leans(character)):
            yield kept
        before = character


def _become(before: str, character: str, behind: str) -> str:
    inside = _is_of_word(before) and _is_of_word(behind)
    if inside and character in _APOSTROPHES:
        return "'"
    if inside and character in _INSIDE_WORDS:
        return character
    return " " if _is_sign(character) else character


def _is_sign(character: str) -> bool:
    category = unicodedata.category(character)
    letter = category == "Sk" and unicodedata.name(character, "").startswith("MODIFIER LETTER")
    return category[0] in "PS" and not letter


def _is_of_word(character: str) -> bool:
    return character != "" and unicodedata.category(character)[0] in "LMN"


def _leans(character: str) -> bool:
    """Tell a mark or an invisible joiner, which is nothing without what it stands on."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
