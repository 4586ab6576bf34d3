"""The minimal cells over whole sequences: one matrix multiplication, then one scan; equations in `cells_minimal.py`."""

from collections.abc import Callable
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.cells_minimal import MinimalWeights, positive
from speechrnn.model.scan import linear_scan


class MinimalCell(nn.Module):
    """One direction of a minGRU or minLSTM layer."""

    def __init__(self, kind: str, input_size: int, hidden_size: int) -> None:
        """Make a layer of `hidden_size` units of a kind in `GATES`; the weights are left for `build_cell` to fill."""
        super().__init__()
        self.kind = kind
        self.input_size, self.hidden_size = input_size, hidden_size
        self.input_matrix = nn.Parameter(torch.empty(GATES[kind] * hidden_size, input_size))
        self.bias = nn.Parameter(torch.empty(GATES[kind] * hidden_size))

    def weights(self) -> MinimalWeights:
        """Give the weights as `mingru_step` and `minlstm_step` take them; shared, not copied."""
        return MinimalWeights(self.input_matrix, self.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """Run from a zero state.

        Args:
            frames: `(batch, time, feat)`.

        Returns:
            Hidden states `(batch, time, hidden_size)`.
        """
        drives = F.linear(frames.transpose(0, 1), self.input_matrix, self.bias)
        decays, values = _RECURRENCES[self.kind](drives)
        return linear_scan(decays, values).transpose(0, 1)


def _mingru(drives: Tensor) -> tuple[Tensor, Tensor]:
    """Give what multiplies the old state and what is added to it."""
    drive_z, drive_n = drives.chunk(2, dim=2)
    return torch.sigmoid(-drive_z), torch.sigmoid(drive_z) * positive(drive_n)


def _minlstm(drives: Tensor) -> tuple[Tensor, Tensor]:
    """Written without a division: one gate's share of both is the logistic function of a difference of logarithms."""
    drive_f, drive_i, drive_n = drives.chunk(3, dim=2)
    odds = F.softplus(-drive_i) - F.softplus(-drive_f)
    return torch.sigmoid(odds), torch.sigmoid(-odds) * positive(drive_n)


GATES: Final = {"mingru": 2, "minlstm": 3}
_RECURRENCES: Final[dict[str, Callable[[Tensor], tuple[Tensor, Tensor]]]] = {"mingru": _mingru, "minlstm": _minlstm}
