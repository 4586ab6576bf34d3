"""The characters a model spells with, and their label ids.

Label 0 is the CTC blank; characters take 1, 2, ... in sorted order, so the same transcripts give the same ids on every
machine. A character that is not in the alphabet is an error, never dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from speechrnn.errors import AlphabetError

BLANK: Final = 0


@dataclass(frozen=True, slots=True)
class Alphabet:
    """An ordered set of characters; position `i` has label id `i + 1`."""

    characters: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be an alphabet."""
        if not self.characters:
            raise AlphabetError("alphabet: no characters came, at least one was wanted; check the transcripts")
        odd = [c for c in self.characters if len(c) != 1]
        repeated = sorted({c for c in self.characters if self.characters.count(c) > 1})
        if odd or repeated:
            raise AlphabetError(
                f"alphabet: {[*odd, *repeated]!r} came, each entry must be one character and stand once"
            )

    @classmethod
    def of(cls, transcripts: Iterable[str]) -> "Alphabet":
        """Collect the characters of transcripts.

        >>> Alphabet.of(["no", "on"]).characters
        ('n', 'o')
        """
        return cls(tuple(sorted(set().union(*map(set, transcripts)))))

    @property
    def size(self) -> int:
        """Labels, the blank included: the width of the CTC head."""
        return len(self.characters) + 1

    def encode(self, text: str) -> list[int]:
        """Spell a text as label ids.

        Raises:
            AlphabetError: a character is not in the alphabet; names all that are not.
        """
        ids = {character: number for number, character in enumerate(self.characters, start=1)}
        if unknown := self.unknown(text):
            raise AlphabetError(
                f"{text!r}: {' '.join(map(repr, unknown))} not in the alphabet {''.join(self.characters)!r}; "
                "add them to text.alphabet, or take them out with text.remove"
            )
        return [ids[character] for character in text]

    def unknown(self, text: str) -> list[str]:
        """Characters of a text that the alphabet lacks, sorted, each once."""
        return sorted(set(text) - set(self.characters))

    def decode(self, labels: Sequence[int]) -> str:
        """Spell label ids as text; ids are 1 to `size - 1`, no blanks.

        Raises:
            AlphabetError: an id is the blank or past the end.
        """
        if wrong := [label for label in labels if not BLANK < label < self.size]:
            raise AlphabetError(f"labels {wrong} came, 1 to {self.size - 1} were wanted")
        return "".join(self.characters[label - 1] for label in labels)
