"""The stack of recurrent layers, with dropout between them."""

from torch import Tensor, nn

from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.recipe import ModelConfig


class Encoder(nn.Module):
    """`layers` recurrent layers; each but the first reads the dropped-out output of the one below."""

    def __init__(self, config: ModelConfig, input_size: int) -> None:
        """Make a stack that reads `input_size` values per frame."""
        super().__init__()
        directions = 2 if config.bidirectional else 1
        sizes = [input_size, *[directions * config.size] * (config.layers - 1)]
        self.layers = nn.ModuleList(RecurrentLayer(config, size) for size in sizes)
        self.dropout = nn.Dropout(config.dropout)
        self.output_size = directions * config.size

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Encode a batch.

        Args:
            frames: `(batch, time, feat)`.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, directions * size)`, zero past each length.
        """
        for number, layer in enumerate(self.layers):
            frames = layer(self.dropout(frames) if number else frames, lengths)
        return frames
