"""The words a decoder may write, as a trie over the labels that spell them.

Nodes are numbered breadth first: node 0 is the root, and the children of a node stand side by side in the order of
their labels. So the trie is five flat arrays, a node's children are a slice, and a value is carried from the leaves to
the root one depth at a time. The words come from a list, the vocabulary of a language model, or a file.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet, split

ROOT: Final = 0
NO_WORD: Final = -1

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """A word as the language model knows it, and how the model's alphabet spells it."""

    word: str
    spelling: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A trie over label ids.

    Attributes:
        entries: those that can be spelled; of two with one spelling, the first.
        unspellable: words with a symbol the alphabet lacks, in the order they came.
        first_child: `(nodes + 1,)`; the children of node `n` are `first_child[n]` to `first_child[n + 1] - 1`.
        labels: `(nodes,)` label that leads into a node; 0 for the root.
        parents: `(nodes,)` node it leads from; the root is its own.
        depths: `(nodes,)` labels from the root, ascending.
        words: `(nodes,)` index in `entries` of the word that ends in a node, or -1.
    """

    entries: tuple[Entry, ...]
    unspellable: tuple[str, ...]
    first_child: Ids
    labels: Ids
    parents: Ids
    depths: Ids
    words: Ids

    @property
    def num_nodes(self) -> int:
        """Nodes, the root included."""
        return len(self.labels)

    def children(self, node: int) -> tuple[Ids, slice]:
        """Give the labels that lead on from a node, and the slice of nodes they lead to."""
        below = slice(int(self.first_child[node]), int(self.first_child[node + 1]))
        return self.labels[below], below

    def best_below(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give each node the highest of the values `(entries,)` of the words at and below it, `(nodes,)`."""
        best = np.where(self.words == NO_WORD, -np.inf, values[self.words])
        bounds = np.flatnonzero(np.diff(self.depths, prepend=-1))
        for start, end in reversed(list(zip(bounds, [*bounds[1:], self.num_nodes], strict=True))):
            if start:  # the root has no parent to tell
                np.maximum.at(best, self.parents[start:end], best[start:end])
        return best


def build_lexicon(entries: Iterable[Entry], alphabet: Alphabet) -> Lexicon:
    """Build the trie of every entry the alphabet can spell.

    Raises:
        UsageError: it can spell none.
    """
    ids = {symbol: label for label, symbol in enumerate(alphabet.symbols, start=1)}
    spelled: dict[tuple[int, ...], Entry] = {}
    unspellable: list[str] = []
    for entry in entries:
        labels = tuple(ids.get(symbol, 0) for symbol in split(entry.spelling, alphabet.unit))
        if 0 in labels or not labels:
            unspellable.append(entry.word)
        else:
            spelled.setdefault(labels, entry)
    if not spelled:
        some = f", {unspellable[0]!r} the first" if unspellable else ""
        raise UsageError(
            f"lexicon: {len(unspellable)} words came{some}, and the alphabet {alphabet} spells none of them; "
            "bring them to the letter case and the symbols of the model's transcripts"
        )
    rows = sorted(spelled)
    return _trie(rows, tuple(spelled[row] for row in rows), tuple(unspellable))


def entries_of(words: Iterable[str]) -> Iterator[Entry]:
    """Make entries of words that are spelled as they are written."""
    return (Entry(word, word) for word in words)


def read_lexicon(path: Path) -> tuple[Entry, ...]:
    """Read a word on each line, or `word<tab>spelling`; NFC, blank lines left out.

    Raises:
        UsageError: the file cannot be read, holds no words, or a word with white space inside (names the line).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: cannot be read as a lexicon ({error}); UTF-8 text, a word a line, was wanted"
        ) from error
    return parse_lexicon(text, str(path))


def parse_lexicon(text: str, source: str) -> tuple[Entry, ...]:
    """Read the text of such a file; `source` names it in messages.

    Raises:
        UsageError: it holds no words, or a word with white space inside.
    """
    lines = enumerate(unicodedata.normalize("NFC", text).split("\n"), start=1)
    entries = tuple(_read_line(source, number, line) for number, line in lines if line.strip())
    if not entries:
        raise UsageError(f"{source}: no words came, a word on each line was wanted")
    return entries


def lexicon_text(entries: Iterable[Entry]) -> str:
    """Write words as `parse_lexicon` reads them."""
    return "".join(f"{entry.word}\t{entry.spelling}\n" for entry in entries)


def _read_line(source: str, number: int, line: str) -> Entry:
    word, tab, spelling = line.strip("\r\n").partition("\t")
    entry = Entry(word.strip(), (spelling if tab else word).strip())
    if len(entry.word.split()) != 1 or len(entry.spelling.split()) != 1:
        raise UsageError(
            f"{source}:{number}: {line.strip()!r} came, one word, or a word, a tab and its spelling was wanted"
        )
    return entry


def _trie(rows: Sequence[tuple[int, ...]], entries: tuple[Entry, ...], unspellable: tuple[str, ...]) -> Lexicon:
    """Lay out spellings, sorted and distinct, level by level: a prefix that the row above has too is no new node."""
    lengths = np.array([len(row) for row in rows])
    padded = np.zeros((len(rows), int(lengths.max())), dtype=np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = [label for row in rows for label in row]
    at = np.zeros(len(rows), dtype=np.int64)  # node that each spelling has reached
    differs = np.zeros(len(rows), dtype=bool)
    differs[0] = True
    labels, parents, depths = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    num_nodes = 1
    for depth in range(padded.shape[1]):
        column = padded[:, depth]
        differs[1:] |= column[1:] != column[:-1]
        new = differs & (column > 0)
        labels.append(column[new].astype(np.int64))
        parents.append(at[new])
        depths.append(np.full(int(new.sum()), depth + 1, dtype=np.int64))
        at = np.where(column > 0, num_nodes + np.cumsum(new) - 1, at)
        num_nodes += int(new.sum())
    words = np.full(num_nodes, NO_WORD, dtype=np.int64)
    words[at] = np.arange(len(rows))
    above = np.concatenate(parents)
    first_child = 1 + np.searchsorted(above[1:], np.arange(num_nodes + 1))
    return Lexicon(entries, unspellable, first_child, np.concatenate(labels), above, np.concatenate(depths), words)
