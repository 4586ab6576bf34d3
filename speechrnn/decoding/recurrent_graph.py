"""A recurrent language model over a model's own labels, as a graph: characters, or words where every label is a word.

The same as `label_lm.py` for n-grams: a prefix scores alpha times its log-probability, plus beta per label. All new
prefixes of a frame go through the network together.
"""

import numpy as np

from speechrnn.decoding.fusion import Scores, States
from speechrnn.decoding.ngram import END_ID, tokens_of
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.decoding.recurrent_states import RecurrentStates
from speechrnn.errors import UsageError
from speechrnn.text.alphabet import Alphabet


class RecurrentGraph:
    """A graph whose states are prefixes.

    Args:
        model: of the same unit as the alphabet.
        alphabet: of the acoustic model.
        alpha: weight of the log-probabilities.
        beta: added for each label.

    Raises:
        UsageError: the units differ.
    """

    start = RecurrentStates.start

    def __init__(self, model: RecurrentLm, alphabet: Alphabet, *, alpha: float, beta: float = 0.0) -> None:
        """Look every label up once."""
        if model.unit != alphabet.unit:
            raise UsageError(
                f"lm: a recurrent language model of {model.unit}s came, and the model writes {alphabet.unit}s; "
                f"train one with --unit {'char' if alphabet.unit == 'character' else 'word'}"
            )
        self.alpha, self.beta = alpha, beta
        self._states = RecurrentStates(model)
        self._columns = np.array([0, *model.ids(tokens_of(alphabet))])
        self._ends: dict[int, float] = {}

    def expand(self, state: int) -> tuple[Scores, States]:
        """Follow every label; see `fusion.Graph`."""
        scores, states = self.expand_many([state])
        return scores[0], states[0]

    def expand_many(self, states: list[int]) -> tuple[Scores, States]:
        """Follow every label out of several states; see `fusion.ManyGraph`."""
        log_probs, following = self._states.rows(states)
        self._ends.update(zip(states, log_probs[:, END_ID].tolist(), strict=True))
        scores = self.alpha * log_probs[:, self._columns] + self.beta
        scores[:, 0] = -np.inf
        return scores, following[:, self._columns]

    def final(self, state: int) -> float:
        """Score the end of the line; a search asks for states that it has expanded before."""
        if state not in self._ends:
            self._ends[state] = self._states.final(state)
        return self.alpha * self._ends[state]

    def forget(self) -> None:
        """Drop every prefix; see `fusion.GrowingGraph`."""
        self._states.forget()
        self._ends.clear()
