"""DropConnect (Merity et al. 2017): a share of a cell's hidden-to-hidden weights is left out, the same at every frame.

Noise on the weights, drawn once per direction and training step, leaves the recurrence itself clean: torch's fused
kernels run as ever, only with another matrix. The weights that stay are scaled up by `1 / (1 - share)`.
"""

import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.cells import weights_of


def run_with_dropped_connections(cell: nn.RNNBase, frames: Tensor, share: float) -> Tensor:
    """Run a one-way, one-layer cell of torch with a random share of its recurrent weights set to zero.

    Args:
        cell: an `nn.RNN` (tanh), `nn.LSTM` or `nn.GRU`, batch first.
        frames: `(batch, time, feat)`.
        share: how many connections are dropped, in [0, 1).

    Returns:
        Hidden states `(batch, time, hidden_size)`.
    """
    own = weights_of(cell)
    weights = [own.input_matrix, drop_connections(own.recurrent_matrix, share), own.input_bias, own.recurrent_bias]
    zeros = frames.new_zeros(1, len(frames), cell.hidden_size)
    # What nn.LSTM and the others call themselves; they offer no way to bring weights along. The six values after the
    # weights: biases, layers, dropout between them, training, both directions, batch first.
    modes = (True, 1, 0.0, cell.training, False, True)
    if isinstance(cell, nn.LSTM):
        return torch.lstm(frames, (zeros, zeros), weights, *modes)[0]
    run = torch.gru if isinstance(cell, nn.GRU) else torch.rnn_tanh
    return run(frames, zeros, weights, *modes)[0]


def drop_connections(matrix: Tensor, share: float) -> Tensor:
    """Set a random share of a matrix to zero and scale up the rest; the shape stays."""
    return F.dropout(matrix, share, training=True)
