"""Fast recurrent layers: padded batches, and a backward direction that runs on input reversed within each length.

`nn.LSTM` on a `PackedSequence` leaves torch's fused CPU path and is several times slower (pytorch issue 149194). Two
one-way layers on padded input stay on it. The forward direction meets padding only after an utterance's last frame,
and the backward direction is given each utterance reversed within its own length, so neither ever carries padding into
a real frame: the result equals packing, which `tests/model/test_recurrent.py` holds it to. The equations of one step,
gate by gate, are in `cells.py`.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

from speechrnn.model.lengths import reversal_index, reverse_within_lengths, zero_padding
from speechrnn.recipe import ModelConfig

CELLS: Final[dict[str, Callable[..., nn.RNNBase]]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
FORGET_GATE_BIAS: Final = 1.0


class RecurrentLayer(nn.Module):
    """One layer of one cell, in one or both directions, with layer normalisation of its output."""

    def __init__(self, config: ModelConfig, input_size: int) -> None:
        """Make a layer that reads `input_size` values per frame."""
        super().__init__()
        self.forward_cell = build_cell(config, input_size)
        self.backward_cell = build_cell(config, input_size) if config.bidirectional else None
        self.output_size = config.size * (2 if config.bidirectional else 1)
        self.norm: nn.Module = nn.LayerNorm(self.output_size) if config.layer_norm else nn.Identity()

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Run the layer.

        Args:
            frames: `(batch, time, feat)`.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, directions * size)`, zero past each length.
        """
        outputs = [self.forward_cell(frames)[0]]
        if self.backward_cell is not None:
            index = reversal_index(lengths, frames.shape[1])
            backward = self.backward_cell(reverse_within_lengths(frames, index))[0]
            outputs.append(reverse_within_lengths(backward, index))
        return zero_padding(self.norm(torch.cat(outputs, dim=2)), lengths)


def build_cell(config: ModelConfig, input_size: int) -> nn.RNNBase:
    """Make one direction: orthogonal recurrent weights, and for the LSTM a forget gate that starts open.

    An orthogonal matrix has all singular values 1, so the gradient through time starts neither vanishing nor exploding
    (Saxe et al. 2014); a forget-gate bias of 1 lets the cell state remember from the first step (Gers et al. 2000,
    Jozefowicz et al. 2015).
    """
    cell = CELLS[config.cell](input_size, config.size, batch_first=True)
    # torch keeps the gates of a cell stacked in one matrix; each gate's block is initialised by itself.
    input_weights, recurrent_weights, *biases = cell.parameters()
    for block in recurrent_weights.split(config.size):  # type: ignore[no-untyped-call]
        nn.init.orthogonal_(block)
    for block in input_weights.split(config.size):  # type: ignore[no-untyped-call]
        nn.init.xavier_uniform_(block)
    for bias in biases:
        nn.init.zeros_(bias)
    if config.cell == "lstm":
        nn.init.constant_(biases[0][config.size : 2 * config.size], FORGET_GATE_BIAS)
    return cell
