"""The label between two words, for graphs that must know where words begin and end."""

from typing import Final

from speechrnn.text.alphabet import Alphabet

NO_SPACE: Final = -1
"""Stands for the space where the model writes single words only; no label has this id."""


def space_label(alphabet: Alphabet) -> int | None:
    """Give the label between words: None if every label is a word, `NO_SPACE` if the model has characters but no space.

    >>> space_label(Alphabet((" ", "a"))), space_label(Alphabet(("a",))), space_label(Alphabet(("yes", "no"), "word"))
    (1, -1, None)
    """
    if alphabet.unit == "word":
        return None
    return NO_SPACE if alphabet.unknown(" ") else alphabet.encode(" ")[0]
