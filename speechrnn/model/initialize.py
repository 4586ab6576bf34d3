"""Where the weights of a cell start.

Every gate has a block of rows of its own in a cell's matrices and is initialised by itself. An orthogonal recurrent
matrix has all singular values 1, so the gradient through time starts neither vanishing nor exploding (Saxe et al.
2014). A bias of 1 on the gate that keeps the state lets a cell remember from the first step (Gers et al. 2000,
Jozefowicz et al. 2015); the GRU and the light GRU do without, as their papers have it.
"""

from typing import Final

from torch import Tensor, nn

from speechrnn.model.minimal import MinimalCell
from speechrnn.model.normalized import LayerNormLstm, LiGru

FORGET_GATE_BIAS: Final = 1.0
# The layer-norm LSTM normalises what the past says, however faint, to full strength. From a gain of 1 it starts
# chaotic: float32 and float64 agreed to 1e-6 after 10 frames, and not at all after 500. From 0.1, which Cooijmans et
# al. 2016 give for batch normalisation in the same place, they agreed to 4e-7 after 1000.
RECURRENT_GAIN: Final = 0.1


def initialize(cell: nn.RNNBase | LiGru | LayerNormLstm | MinimalCell) -> None:
    """Set all weights of a cell fresh from torch or from our own classes."""
    if isinstance(cell, nn.RNNBase):
        _initialize_torch_cell(cell)
        return
    size = cell.hidden_size
    if not isinstance(cell, MinimalCell):
        _orthogonal(cell.recurrent_matrix, size)
    _xavier(cell.input_matrix, size)
    if isinstance(cell, MinimalCell):
        nn.init.zeros_(cell.bias)
        # Both have the gate in question first: the minLSTM's keeps the state, the minGRU's replaces it.
        nn.init.constant_(cell.bias[:size], FORGET_GATE_BIAS if cell.kind == "minlstm" else -FORGET_GATE_BIAS)
    if isinstance(cell, LayerNormLstm):
        nn.init.constant_(cell.recurrent_gain, RECURRENT_GAIN)
        nn.init.constant_(cell.input_norm.bias[size : 2 * size], FORGET_GATE_BIAS)


def _initialize_torch_cell(cell: nn.RNNBase) -> None:
    input_weights, recurrent_weights, *biases = cell.parameters()
    size = cell.hidden_size
    _orthogonal(recurrent_weights, size)
    _xavier(input_weights, size)
    for bias in biases:
        nn.init.zeros_(bias)
    if isinstance(cell, nn.LSTM):
        nn.init.constant_(biases[0][size : 2 * size], FORGET_GATE_BIAS)


def _orthogonal(matrix: Tensor, size: int) -> None:
    for block in matrix.split(size):  # type: ignore[no-untyped-call]
        nn.init.orthogonal_(block)


def _xavier(matrix: Tensor, size: int) -> None:
    for block in matrix.split(size):  # type: ignore[no-untyped-call]
        nn.init.xavier_uniform_(block)
