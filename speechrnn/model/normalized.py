"""The cells with layer normalisation inside over whole sequences; equations in `cells_normalized.py`.

The input products of all frames are one matrix multiplication, normalised at once; what is left for a step is one
multiplication and a few operations on its result. The light GRU has both passes over that loop written out
(`ligru_passes.py`); for the layer-norm LSTM autograd runs over it.
"""

import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.cells_normalized import EPSILON, LayerNormLstmWeights, LiGruWeights
from speechrnn.model.ligru_passes import run_ligru


class LiGru(nn.Module):
    """One direction of a light GRU layer."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        """Make a layer of `hidden_size` units; the matrices are left for `build_cell` to fill."""
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.input_matrix = nn.Parameter(torch.empty(2 * hidden_size, input_size))
        self.recurrent_matrix = nn.Parameter(torch.empty(2 * hidden_size, hidden_size))
        self.input_norm = nn.LayerNorm(2 * hidden_size, EPSILON)

    def weights(self) -> LiGruWeights:
        """Give the weights as `ligru_step` takes them; shared, not copied."""
        norm = self.input_norm
        return LiGruWeights(self.input_matrix, self.recurrent_matrix, norm.weight, norm.bias)

    def drives(self, frames: Tensor) -> Tensor:
        """Give what the input asks of gate and candidate.

        Args:
            frames: `(batch, time, feat)`.

        Returns:
            `(time, batch, 2 * hidden_size)`, as `run_ligru` takes it.
        """
        driven: Tensor = self.input_norm(F.linear(frames.transpose(0, 1), self.input_matrix))
        return driven

    def forward(self, frames: Tensor, recurrent_matrix: Tensor) -> Tensor:
        """Run from a zero state, with the layer's `recurrent_matrix` or a thinned copy of it.

        Args:
            frames: `(batch, time, feat)`.
            recurrent_matrix: `(2 * hidden_size, hidden_size)`.

        Returns:
            Hidden states `(batch, time, hidden_size)`.
        """
        (states,) = run_ligru([self.drives(frames)], [recurrent_matrix])
        return states.transpose(0, 1)


class LayerNormLstm(nn.Module):
    """One direction of a layer-norm LSTM layer."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        """Make a layer of `hidden_size` units; matrices and recurrent gain are left for `build_cell` to fill."""
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.input_matrix = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.recurrent_matrix = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        self.recurrent_gain = nn.Parameter(torch.empty(4 * hidden_size))
        self.input_norm = nn.LayerNorm(4 * hidden_size, EPSILON)
        self.cell_norm = nn.LayerNorm(hidden_size, EPSILON)

    def weights(self) -> LayerNormLstmWeights:
        """Give the weights as `layer_norm_lstm_step` takes them; shared, not copied."""
        return LayerNormLstmWeights(
            self.input_matrix,
            self.recurrent_matrix,
            self.input_norm.weight,
            self.input_norm.bias,
            self.recurrent_gain,
            self.cell_norm.weight,
            self.cell_norm.bias,
        )

    def forward(self, frames: Tensor, recurrent_matrix: Tensor) -> Tensor:
        """Run from a zero state, with the layer's `recurrent_matrix` or a thinned copy of it.

        Args:
            frames: `(batch, time, feat)`.
            recurrent_matrix: `(4 * hidden_size, hidden_size)`.

        Returns:
            Hidden states `(batch, time, hidden_size)`.
        """
        drives = self.input_norm(F.linear(frames.transpose(0, 1), self.input_matrix))
        hidden = cell = frames.new_zeros(len(frames), self.hidden_size)
        states = []
        for drive in drives.unbind(0):
            product = F.linear(hidden, recurrent_matrix)
            from_hidden = F.layer_norm(product, product.shape[1:], self.recurrent_gain, None, EPSILON)
            drive_i, drive_f, drive_g, drive_o = (drive + from_hidden).chunk(4, dim=1)
            cell = drive_f.sigmoid() * cell + drive_i.sigmoid() * drive_g.tanh()
            hidden = drive_o.sigmoid() * self.cell_norm(cell).tanh()
            states.append(hidden)
        return torch.stack(states, dim=1)
