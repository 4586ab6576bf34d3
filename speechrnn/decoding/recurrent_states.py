"""A recurrent language model read one symbol at a time, its states numbered as those of an n-gram model are.

No two histories share a state: state 0 is the beginning of a line, and `1 + place * symbols + symbol` is what follows
when `symbol` is read in the state at `place`, where places count the states whose predictions were asked for. So a
state costs nothing until then. The newest hidden vectors and rows are kept; an older one is worked out again from
the nearest ancestor that is still there, so that memory stays bounded and no number changes.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.decoding.ngram import END_ID, START_ID
from speechrnn.decoding.recurrent_cells import Values
from speechrnn.decoding.recurrent_lm import RecurrentLm, Scores
from speechrnn.text.alphabet import Unit

States = NDArray[np.int64]

MAX_BYTES: Final = 64 * 2**20
"""Hidden vectors and rows kept, half of it each."""


class RecurrentStates:
    """What `NgramModel` offers to a decoder, over a recurrent model.

    Attributes:
        start: state at the beginning of a line, after `<s>`.
        empty: state without history: its row holds unigrams, and it leads nowhere.
    """

    start: Final = 0
    empty: Final = -1

    def __init__(self, model: RecurrentLm, max_bytes: int = MAX_BYTES) -> None:
        """Start without states; `max_bytes` bounds what is kept of them."""
        self.model = model
        self._most_hidden = max(1, max_bytes // 2 // model.start(1).nbytes)
        self._most_rows = max(1, max_bytes // 2 // (8 * len(model)))
        self.forget()

    def forget(self) -> None:
        """Drop every state but the start; numbers given out before mean nothing any more."""
        self._place_of: dict[int, int] = {}
        self._states: list[int] = []
        self._hidden: OrderedDict[int, Values] = OrderedDict()
        self._rows: OrderedDict[int, Scores] = OrderedDict()

    def __len__(self) -> int:
        """Symbols of the vocabulary, the three markers included."""
        return len(self.model)

    @property
    def unit(self) -> Unit:
        """What a symbol stands for."""
        return self.model.unit

    def ids(self, symbols: Iterable[str]) -> list[int]:
        """Give the ids of symbols, 0 (`<unk>`) for what the vocabulary lacks."""
        return self.model.ids(symbols)

    def row(self, state: int) -> tuple[Scores, States]:
        """Read every symbol after a history: natural logs `(symbols,)` and the states after each `(symbols,)`."""
        if state == self.empty:
            return self.model.unigrams.astype(np.float64), np.full(len(self), self.empty)
        log_probs, states = self.rows([state])
        return log_probs[0], states[0]

    def rows(self, states: list[int]) -> tuple[Scores, States]:
        """Read every symbol after several histories, in one pass of the network.

        Returns:
            Natural logs `(len(states), symbols)` and the states after each symbol, of the same shape.
        """
        missing = [state for state in dict.fromkeys(states) if state not in self._rows]
        fresh = dict(zip(missing, self._predict(missing), strict=True)) if missing else {}
        log_probs = np.array([fresh[state] if state in fresh else self._rows[state] for state in states])
        for state, row in zip(states, log_probs, strict=True):
            # A copy: a row that is a view would keep all the rows of its pass in memory.
            _keep(self._rows, state, row.copy(), self._most_rows)
        first = np.array([1 + self._place_of[state] * len(self) for state in states])
        return log_probs, first[:, None] + np.arange(len(self))

    def score(self, state: int, symbol: int) -> tuple[float, int]:
        """Read a symbol after a history: its natural log-probability, and the state after it."""
        log_probs, states = self.row(state)
        return float(log_probs[symbol]), int(states[symbol])

    def final(self, state: int) -> float:
        """Score the end of the line after a history."""
        return float(self.row(state)[0][END_ID])

    def _predict(self, states: list[int]) -> Scores:
        hidden = self._reach(states)
        for state, vectors in zip(states, hidden, strict=True):
            if state not in self._place_of:
                self._place_of[state] = len(self._states)
                self._states.append(state)
            _keep(self._hidden, state, vectors.copy(), self._most_hidden)
        return self.model.log_probs(hidden)

    def _reach(self, states: list[int]) -> Values:
        """Give the hidden vectors of states, `(states, layers, parts, size)`: one step for all from their parents."""
        parents = [self._parent(state) for state in states]
        before = [self._vectors(parent) for parent, _ in parents]
        return self.model.advance(np.stack(before), [symbol for _, symbol in parents])

    def _vectors(self, state: int | None) -> Values:
        """Give the hidden vectors of one state, worked out again where they are no longer kept."""
        path: list[int] = []
        while state is not None and state not in self._hidden:
            state, symbol = self._parent(state)
            path.append(symbol)
        vectors = self.model.start(1) if state is None else self._hidden[state][None]
        for symbol in reversed(path):
            vectors = self.model.advance(vectors, [symbol])
        reached: Values = vectors[0]
        return reached

    def _parent(self, state: int) -> tuple[int | None, int]:
        """Give the state before, None before the first, and the symbol read in it."""
        if state == self.start:
            return None, START_ID
        place, symbol = divmod(state - 1, len(self))
        return self._states[place], symbol


def _keep(kept: OrderedDict[int, Any], state: int, value: NDArray[np.floating], most: int) -> None:
    """Put a value last in line to be dropped, and drop the first past `most`."""
    kept[state] = value
    kept.move_to_end(state)
    if len(kept) > most:
        kept.popitem(last=False)
