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

import re
import unicodedata
from typing import Final

_APOSTROPHES: Final = frozenset("'\u2019\u2018\u201b\uff07`\u00b4")
_INSIDE_WORDS: Final = frozenset("\u05f3\u05f4\u00b7")
_NO_TRACE: Final = re.compile("[\u055b\u055c\u055e\u00ad\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BESIDE_LETTERS: Final = re.compile(r"(?:[^\w\s]|_)+")
"""Signs, and marks, which are left: a look-up of every character would take ten times as long."""


def remove_punctuation(text: str) -> str:
    """Turn punctuation and symbols to spaces.

    >>> remove_punctuation("“It’s well-known,” she said: ‘yes’.")
    " It's well known  she said   yes  "
    """
    return _BESIDE_LETTERS.sub(_kept, _NO_TRACE.sub("", text))


def _kept(match: re.Match[str]) -> str:
    """Give what a run of signs and marks becomes."""
    text, kept, gone = match.string, list[str](), False
    for at in range(match.start(), match.end()):
        if not (gone and _leans(text[at])):
            kept.append(_become(text[at - 1 : at], text[at], text[at + 1 : at + 2]))
            gone = kept[-1] == " "
    return "".join(kept)


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
