"""A recurrent language model: how probable each symbol is after all those before it, in NumPy.

An embedding of the last symbol goes through LSTM or GRU layers; the output layer shares the embedding's matrix
(Press and Wolf 2017). Symbols are numbered as in an n-gram model: `<unk>`, `<s>` and `</s>` are 0, 1 and 2, and in
character models the space is written `<space>`. `<s>` opens every line and is never predicted. Weights are float32,
scores natural logs in float64. Trained by `lm/recurrent_train.py`; the equations are those of torch, to 1e-5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import END_ID, START_ID, UNKNOWN_ID, tokens
from speechrnn.decoding.recurrent_cells import CELLS, CellName, LayerWeights, Values
from speechrnn.text.alphabet import Unit

Scores = NDArray[np.float64]

LINES_AT_ONCE: Final = 64
"""Lines scored side by side; more gain little and take memory."""


@dataclass(frozen=True, slots=True, eq=False)
class RecurrentLm:
    """A trained model; read, never changed.

    Attributes:
        unit: what a symbol stands for.
        cell: lstm or gru.
        vocabulary: every symbol; its place is its id.
        embedding: `(symbols, size)`, input and output matrix at once.
        layers: from the input upwards.
        output_bias: `(symbols,)`.
        unigrams: how probable each symbol is whatever came before, natural logs `(symbols,)`; for lookahead only.
        about: how the model came about, anything JSON can hold.
    """

    unit: Unit
    cell: CellName
    vocabulary: tuple[str, ...]
    embedding: Values
    layers: tuple[LayerWeights, ...]
    output_bias: Values
    unigrams: Values
    about: Mapping[str, Any] = field(default_factory=dict)
    _ids: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Number the symbols; a text that spells a marker means no marker."""
        ids = {symbol: number for number, symbol in enumerate(self.vocabulary) if number > END_ID}
        object.__setattr__(self, "_ids", ids)

    def __len__(self) -> int:
        """Symbols of the vocabulary, the three markers included."""
        return len(self.vocabulary)

    def __contains__(self, symbol: str) -> bool:
        """Tell whether a symbol is in the vocabulary."""
        return symbol in self._ids

    @property
    def size(self) -> int:
        """Units of every layer."""
        return int(self.embedding.shape[1])

    @property
    def num_parameters(self) -> int:
        """Numbers that training set."""
        layers = sum(int(getattr(layer, name).size) for layer in self.layers for name in LayerWeights.__slots__)
        return layers + self.embedding.size + self.output_bias.size

    def ids(self, symbols: Iterable[str]) -> list[int]:
        """Give the ids of symbols, 0 (`<unk>`) for what the vocabulary lacks."""
        return [self._ids.get(symbol, UNKNOWN_ID) for symbol in symbols]

    def start(self, batch: int) -> Values:
        """Give the states before `<s>`: zeros `(batch, layers, parts, size)`."""
        return np.zeros((batch, len(self.layers), CELLS[self.cell].parts, self.size), dtype=np.float32)

    def advance(self, states: Values, symbols: Sequence[int] | NDArray[np.int64]) -> Values:
        """Read one symbol each.

        Args:
            states: `(batch, layers, parts, size)`.
            symbols: ids `(batch,)`.

        Returns:
            The states after them, of the same shape.
        """
        step, new = CELLS[self.cell].step, np.empty_like(states)
        inputs = self.embedding[symbols]
        for number, layer in enumerate(self.layers):
            new[:, number] = step(inputs, states[:, number], layer)
            inputs = new[:, number, 0]
        return new

    def log_probs(self, states: Values) -> Scores:
        """Predict the next symbol: natural logs `(batch, symbols)`, -inf for `<s>`."""
        scores = (states[:, -1, 0] @ self.embedding.T + self.output_bias).astype(np.float64)
        scores[:, START_ID] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return scores

    def sentence(self, symbols: Sequence[int]) -> list[float]:
        """Score each symbol of a line and, last, its end: natural logs, one more than symbols."""
        return self.sentences([symbols])[0]

    def sentences(self, lines: Sequence[Sequence[int]]) -> list[list[float]]:
        """Score many lines as `sentence` does one, similar lengths side by side."""
        scores: list[list[float]] = [[] for _ in lines]
        longest_first = sorted(range(len(lines)), key=lambda at: -len(lines[at]))
        for first in range(0, len(lines), LINES_AT_ONCE):
            places = longest_first[first : first + LINES_AT_ONCE]
            for place, line in zip(places, self._score([lines[at] for at in places]), strict=True):
                scores[place] = line
        return scores

    def score_text(self, text: str) -> float:
        """Score a line of text, its end included: natural log-probability."""
        return self.score_texts([text])[0]

    def score_texts(self, texts: Sequence[str]) -> list[float]:
        """Score lines of text as `score_text` does one."""
        return [sum(line) for line in self.sentences([self.ids(tokens(text, self.unit)) for text in texts])]

    def _score(self, lines: Sequence[Sequence[int]]) -> list[list[float]]:
        """Score lines of falling lengths; those that have ended drop out of the batch."""
        scores: list[list[float]] = [[] for _ in lines]
        lengths = [len(line) for line in lines]
        states = self.advance(self.start(len(lines)), [START_ID] * len(lines))
        for at in range(max(lengths, default=-1) + 1):
            alive = sum(length >= at for length in lengths)
            symbols = [line[at] if at < len(line) else END_ID for line in lines[:alive]]
            found = self.log_probs(states[:alive])[np.arange(alive), symbols]
            for line, score in zip(scores, found.tolist(), strict=False):
                line.append(score)
            states = self.advance(states[:alive], symbols)
        return scores
