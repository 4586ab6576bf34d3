"""Some symbols of an alphabet and no others, as a graph of one state: a lexicon where every label is a word."""

from collections.abc import Collection
from typing import Final

import numpy as np

from speechrnn.decoding.fusion import Scores, States
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet


class Allowed:
    """A graph that bars all other symbols at every step and scores 0 otherwise.

    Args:
        symbols: what may be written, in any order and number; those that the alphabet lacks do no harm.
        alphabet: of the acoustic model.

    Raises:
        UsageError: the alphabet has none of them.
    """

    start: Final = 0

    def __init__(self, symbols: Collection[str], alphabet: Alphabet) -> None:
        """Look every label up once."""
        allowed = np.array([False, *(symbol in symbols for symbol in alphabet.symbols)])
        if not allowed.any():
            raise UsageError(f"lexicon: {len(symbols)} words came, and none of them is in the alphabet {alphabet}")
        self._scores = np.where(allowed, 0.0, -np.inf)
        self._states = np.zeros(alphabet.size, dtype=np.int64)

    def expand(self, state: int) -> tuple[Scores, States]:
        """Stay in the one state, whatever label comes; see `fusion.Graph`."""
        return self._scores, self._states

    def final(self, state: int) -> float:
        """End anywhere."""
        return 0.0
