"""An n-gram language model over a model's own labels, as a graph: characters, or words where every label is a word.

It can write anything the alphabet can, so it suits open vocabularies and languages with little text. A prefix scores
alpha times its log-probability, plus beta per label (shallow fusion, Gulcehre et al. 2015; CTC's taste for short texts
is what beta mends).
"""

from typing import Final

import numpy as np

from speechrnn.decoding.fusion import Scores, States
from speechrnn.decoding.ngram import NgramModel, tokens_of
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet

_ROW_PAYS_OFF: Final = 64
"""One score takes as long as so many of a row; with a vocabulary larger than that, each label is asked for alone."""


class LabelLm:
    """A graph whose states are those of the language model.

    Args:
        model: of the same unit as the alphabet.
        alphabet: of the acoustic model.
        alpha: weight of the log-probabilities.
        beta: added for each label.

    Raises:
        UsageError: the units differ.
    """

    def __init__(self, model: NgramModel, alphabet: Alphabet, *, alpha: float, beta: float = 0.0) -> None:
        """Look every label up once."""
        if model.unit != alphabet.unit:
            raise UsageError(
                f"lm: a language model of {model.unit}s came, and the model writes {alphabet.unit}s; "
                f"build one with --unit {'char' if alphabet.unit == 'character' else 'word'}"
            )
        self.model, self.alpha, self.beta = model, alpha, beta
        self.start: Final = model.start
        self._ids = np.array(model.ids(tokens_of(alphabet)))

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every label; see `fusion.Graph`."""
        log_probs, states = self._read(state)
        return np.append(-np.inf, self.alpha * log_probs + self.beta), np.append(0, states)

    def final(self, state: int) -> float:
        """Score the end of the text."""
        return self.alpha * self.model.final(state)

    def _read(self, state: int) -> tuple[Scores, States]:
        """Give the log-probability of every label but the blank, and the state after it, `(vocab - 1,)` each."""
        if len(self.model) <= _ROW_PAYS_OFF * len(self._ids):
            row, after = self.model.row(state)
            return row[self._ids], after[self._ids]
        log_probs, states = zip(*(self.model.score(state, word) for word in self._ids.tolist()), strict=True)
        return np.array(log_probs), np.array(states)
