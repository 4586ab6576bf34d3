"""The symbols a model writes with, characters or whole words, and their label ids.

Label 0 is the CTC blank; symbols take 1, 2, ... in sorted order, so the same transcripts give the same ids on every
machine. A symbol that is not in the alphabet is an error, never dropped. Characters can write any word; words suit a
small closed vocabulary such as commands and digits, where a network that spells can fall between two of them
(`sight` for six and eight) and one that names whole words cannot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from speechrnn.errors import AlphabetError

Unit = Literal["character", "word"]

BLANK: Final = 0
GLUE: Final[dict[Unit, str]] = {"character": "", "word": " "}
"""What stands between two symbols of a text."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """An ordered set of symbols; position `i` has label id `i + 1`."""

    symbols: tuple[str, ...]
    unit: Unit = "character"

    def __post_init__(self) -> None:
        """Refuse what cannot be an alphabet."""
        if not self.symbols:
            raise AlphabetError(f"alphabet: no {self.unit}s came, at least one was wanted; check the transcripts")
        odd = [symbol for symbol in self.symbols if split(symbol, self.unit) != [symbol]]
        repeated = sorted({symbol for symbol in self.symbols if self.symbols.count(symbol) > 1})
        if odd or repeated:
            raise AlphabetError(
                f"alphabet: {[*odd, *repeated]!r} came, each entry must be one {self.unit} and stand once"
            )

    @classmethod
    def of(cls, transcripts: Iterable[str], unit: Unit = "character") -> "Alphabet":
        """Collect the symbols of transcripts.

        >>> Alphabet.of(["no", "on"]).symbols
        ('n', 'o')
        >>> Alphabet.of(["yes no", "no"], "word").symbols
        ('no', 'yes')
        """
        return cls(tuple(sorted({symbol for text in transcripts for symbol in split(text, unit)})), unit)

    @property
    def size(self) -> int:
        """Labels, the blank included: the width of the CTC head."""
        return len(self.symbols) + 1

    def encode(self, text: str) -> list[int]:
        """Write a text as label ids.

        Raises:
            AlphabetError: a symbol is not in the alphabet; names all that are not.
        """
        if unknown := self.unknown(text):
            raise AlphabetError(
                f"{text!r}: {' '.join(map(repr, unknown))} not in the alphabet {self}; "
                "add to text.alphabet, or take out with text.remove"
            )
        return self.encode_known(text)

    def encode_known(self, text: str) -> list[int]:
        """Write as much of a text as the alphabet can, leaving out other symbols."""
        ids = {symbol: number for number, symbol in enumerate(self.symbols, start=1)}
        return [ids[symbol] for symbol in split(text, self.unit) if symbol in ids]

    def unknown(self, text: str) -> list[str]:
        """Symbols of a text that the alphabet lacks, sorted, each once."""
        return sorted(set(split(text, self.unit)) - set(self.symbols))

    def decode(self, labels: Sequence[int]) -> str:
        """Write label ids as text; ids are 1 to `size - 1`, no blanks.

        Raises:
            AlphabetError: an id is the blank or past the end.
        """
        if wrong := [label for label in labels if not BLANK < label < self.size]:
            raise AlphabetError(f"labels {wrong} came, 1 to {self.size - 1} were wanted")
        return GLUE[self.unit].join(self.symbols[label - 1] for label in labels)

    def word_spans(self, labels: Sequence[int]) -> list[tuple[str, slice]]:
        """Give each word that label ids write, with the place of its labels."""
        if self.unit == "word":
            return [(self.symbols[label - 1], slice(at, at + 1)) for at, label in enumerate(labels)]
        spans, start = [], 0
        for word in self.decode(labels).split(" "):
            if word:
                spans.append((word, slice(start, start + len(word))))
            start += len(word) + 1
        return spans

    def __str__(self) -> str:
        """Name the symbols for a message."""
        return repr(GLUE[self.unit].join(self.symbols))


def split(text: str, unit: Unit) -> list[str]:
    """Cut a text into symbols: characters, spaces included, or what white space separates."""
    return list(text) if unit == "character" else text.split()
