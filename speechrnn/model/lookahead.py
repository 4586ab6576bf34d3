"""Look-ahead convolution: a one-way network hears a little of what follows, for that much latency and no more.

Every unit has weights of its own over the present frame and the next few (Wang et al. 2016, also known as row
convolution; Deep Speech 2, Amodei et al. 2016, has it above the recurrent layers, as here).
"""

import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.lengths import zero_padding


class LookAhead(nn.Module):
    """Sums the present frame and `ahead` later ones, unit by unit; past an utterance's end stand zeros."""

    def __init__(self, size: int, ahead: int) -> None:
        """Look `ahead` frames of `size` values forward."""
        super().__init__()
        self.ahead = ahead
        self.conv = nn.Conv1d(size, size, kernel_size=ahead + 1, groups=size, bias=False)
        # It starts as a network without look-ahead and takes in the later frames as far as they help.
        nn.init.zeros_(self.conv.weight)
        nn.init.ones_(self.conv.weight[:, :, 0])

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Look ahead.

        Args:
            frames: `(batch, time, size)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, size)`, zero past each length.
        """
        padded = F.pad(frames.transpose(1, 2), (0, self.ahead))
        return zero_padding(self.conv(padded).transpose(1, 2), lengths)
