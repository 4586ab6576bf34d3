"""Fast recurrent layers: padded batches, and a backward direction that runs on input reversed within each length.

`nn.LSTM` on a `PackedSequence` leaves torch's fused CPU path and is several times slower (pytorch issue 149194). Two
one-way layers on padded input stay on it. The forward direction meets padding only after an utterance's last frame,
and the backward direction is given each utterance reversed within its own length, so neither ever carries padding into
a real frame: the result equals packing, which `tests/model/test_recurrent.py` holds it to. The equations of one step,
gate by gate, are in `cells.py`, `cells_normalized.py` and `cells_minimal.py`.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import torch
from torch import Tensor, nn

from speechrnn.model.dropconnect import drop_connections, run_with_dropped_connections
from speechrnn.model.initialize import initialize
from speechrnn.model.lengths import reversal_index, reverse_within_lengths, zero_padding
from speechrnn.model.ligru_passes import run_ligru
from speechrnn.model.minimal import MinimalCell
from speechrnn.model.normalized import LayerNormLstm, LiGru
from speechrnn.recipe import ModelConfig

Cell = nn.RNNBase | LiGru | LayerNormLstm | MinimalCell
"""One direction of a layer."""

CELLS: Final[dict[str, Callable[[int, int], Cell]]] = {
    "rnn": partial(nn.RNN, batch_first=True),
    "lstm": partial(nn.LSTM, batch_first=True),
    "gru": partial(nn.GRU, batch_first=True),
    "ligru": LiGru,
    "lnlstm": LayerNormLstm,
    "mingru": partial(MinimalCell, "mingru"),
    "minlstm": partial(MinimalCell, "minlstm"),
}


class RecurrentLayer(nn.Module):
    """One layer of one cell, in one or both directions, with layer normalisation of its output."""

    def __init__(self, config: ModelConfig, input_size: int) -> None:
        """Make a layer that reads `input_size` values per frame."""
        super().__init__()
        self.forward_cell = build_cell(config, input_size)
        self.backward_cell = build_cell(config, input_size) if config.bidirectional else None
        self.output_size = config.size * (2 if config.bidirectional else 1)
        self.norm: nn.Module = nn.LayerNorm(self.output_size) if config.layer_norm else nn.Identity()
        self.dropconnect = config.recurrent_dropconnect
        self.trains_in_bf16 = False

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Run the layer.

        Args:
            frames: `(batch, time, feat)`.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, directions * size)`, zero past each length.
        """
        # Weights, gradients and everything between the layers stay float32; evaluation is float32 throughout.
        # Cells of our own are left out: their states would be rounded to bfloat16 from step to step.
        low = self.trains_in_bf16 and self.training and isinstance(self.forward_cell, nn.RNNBase)
        dropped = self.dropconnect if self.training else 0.0
        with torch.autocast(frames.device.type, torch.bfloat16, enabled=low):
            if self.backward_cell is None:
                outputs = [run_cell(self.forward_cell, frames, dropped)]
            else:
                index = reversal_index(lengths, frames.shape[1])
                reversed_frames = reverse_within_lengths(frames, index)
                outputs = _run_both(self.forward_cell, self.backward_cell, frames, reversed_frames, dropped)
                outputs[1] = reverse_within_lengths(outputs[1], index)
        return zero_padding(self.norm(torch.cat(outputs, dim=2).to(frames.dtype)), lengths)


def _run_both(first: Cell, second: Cell, frames: Tensor, other_frames: Tensor, dropped: float) -> list[Tensor]:
    """Run two directions, each over its own frames; those of a light GRU side by side, which is faster."""
    if not (isinstance(first, LiGru) and isinstance(second, LiGru)):
        return [run_cell(first, frames, dropped), run_cell(second, other_frames, dropped)]
    matrices = [_thinned(cell.recurrent_matrix, dropped) for cell in (first, second)]
    states = run_ligru([first.drives(frames), second.drives(other_frames)], matrices)
    return [each.transpose(0, 1) for each in states]


def run_cell(cell: Cell, frames: Tensor, dropped: float) -> Tensor:
    """Run one direction from a zero state over frames as they come.

    Args:
        cell: what to run.
        frames: `(batch, time, feat)`.
        dropped: share of the recurrent weights to leave out; 0 draws nothing.

    Returns:
        `(batch, time, size)`.
    """
    if isinstance(cell, MinimalCell):
        hidden: Tensor = cell(frames)
    elif isinstance(cell, nn.RNNBase):
        hidden = run_with_dropped_connections(cell, frames, dropped) if dropped else cell(frames)[0]
    else:
        hidden = cell(frames, _thinned(cell.recurrent_matrix, dropped))
    return hidden


def _thinned(matrix: Tensor, dropped: float) -> Tensor:
    """Leave out a share of the weights; 0 draws nothing."""
    return drop_connections(matrix, dropped) if dropped else matrix


def build_cell(config: ModelConfig, input_size: int) -> Cell:
    """Make one direction of the cell a recipe asks for, ready to learn."""
    cell = CELLS[config.cell](input_size, config.size)
    initialize(cell)
    return cell
