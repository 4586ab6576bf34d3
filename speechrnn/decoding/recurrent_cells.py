"""One step of an LSTM or GRU in NumPy, for language models at decoding time.

The equations, gate by gate, are in `model/cells.py`, in the same order of gates; here only the new state matters, and
all hypotheses of a beam take their step together. Axes are `(batch, parts, size)`: the LSTM remembers two vectors, its
hidden state first and its cell state second, the GRU one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
CellName = Literal["lstm", "gru"]


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """The weights of one layer, all gates side by side; `gates` is 4 for LSTM, 3 for GRU.

    Attributes:
        input_matrix: `(gates * size, num_inputs)`.
        recurrent_matrix: `(gates * size, size)`.
        input_bias: `(gates * size,)`.
        recurrent_bias: `(gates * size,)`.
    """

    input_matrix: Values
    recurrent_matrix: Values
    input_bias: Values
    recurrent_bias: Values


@dataclass(frozen=True, slots=True)
class CellKind:
    """What tells one cell from another.

    Attributes:
        gates: blocks of rows in its matrices.
        parts: vectors that its state is made of.
        step: takes inputs `(batch, num_inputs)`, states `(batch, parts, size)` and weights; gives new states.
    """

    gates: int
    parts: int
    step: Callable[[Values, Values, LayerWeights], Values]


def lstm_step(inputs: Values, states: Values, weights: LayerWeights) -> Values:
    """Advance the LSTM; shapes as `CellKind.step` has them."""
    drive = inputs @ weights.input_matrix.T + states[:, 0] @ weights.recurrent_matrix.T
    drive += weights.input_bias + weights.recurrent_bias
    input_drive, forget_drive, candidate, output_drive = np.split(drive, 4, axis=1)
    new = np.empty_like(states)
    new[:, 1] = _sigmoid(forget_drive) * states[:, 1] + _sigmoid(input_drive) * np.tanh(candidate)
    new[:, 0] = _sigmoid(output_drive) * np.tanh(new[:, 1])
    return new


def gru_step(inputs: Values, states: Values, weights: LayerWeights) -> Values:
    """Advance the GRU, its reset gate after the matrix product; shapes as `CellKind.step` has them."""
    hidden, gates = states[:, 0], 2 * states.shape[2]
    driven = inputs @ weights.input_matrix.T + weights.input_bias
    past = hidden @ weights.recurrent_matrix.T + weights.recurrent_bias
    reset, update = np.split(_sigmoid(driven[:, :gates] + past[:, :gates]), 2, axis=1)
    candidate = np.tanh(driven[:, gates:] + reset * past[:, gates:])
    new: Values = (1 - update) * candidate + update * hidden
    return new[:, None]


def _sigmoid(values: Values) -> Values:
    # The same function as 1 / (1 + exp(-x)), without exp's overflow far below zero.
    halved: Values = np.float32(0.5) * np.tanh(np.float32(0.5) * values) + np.float32(0.5)
    return halved


CELLS: Final[dict[CellName, CellKind]] = {"lstm": CellKind(4, 2, lstm_step), "gru": CellKind(3, 1, gru_step)}
