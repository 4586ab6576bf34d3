"""The stack of recurrent layers, with dropout between them and, where wanted, self-attention or look-ahead on top."""

from collections import deque
from collections.abc import Iterator

from torch import Tensor, nn

from speechrnn.model.attention import SelfAttention
from speechrnn.model.dropout import build_dropout
from speechrnn.model.lookahead import LookAhead
from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.recipe import ModelConfig


class Encoder(nn.Module):
    """`layers` recurrent layers; each but the first reads the dropped-out output of the one below.

    A residual layer gives the sum of what stands below it, dropout aside, and of what it computes (He et al. 2016).
    """

    def __init__(self, config: ModelConfig, input_size: int) -> None:
        """Make a stack that reads `input_size` values per frame."""
        super().__init__()
        self.output_size = config.output_size
        sizes = [input_size, *[self.output_size] * (config.layers - 1)]
        self.layers = nn.ModuleList(RecurrentLayer(config, size) for size in sizes)
        self.residual = tuple(config.residual and size == self.output_size for size in sizes)
        self.dropout = build_dropout(config)
        ahead, heads = config.lookahead_frames, config.attention_heads
        self.lookahead = LookAhead(self.output_size, ahead) if ahead else None
        self.attention = SelfAttention(self.output_size, heads, config.bidirectional) if heads else None

    def recurrent_layers(self) -> list[RecurrentLayer]:
        """Give the recurrent layers, the lowest first."""
        return [layer for layer in self.layers if isinstance(layer, RecurrentLayer)]

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Encode a batch.

        Args:
            frames: `(batch, time, feat)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, directions * size)`, zero past each length.
        """
        # A queue of one: what lower layers gave is let go as soon as it has been read.
        return deque(self.each_layer(frames, lengths), maxlen=1).pop()

    def each_layer(self, frames: Tensor, lengths: Tensor) -> Iterator[Tensor]:
        """Give what `forward` gives after every recurrent layer in turn, and after what stands above."""
        for number, layer in enumerate(self.layers):
            computed = layer(self.dropout(frames) if number else frames, lengths)
            frames = frames + computed if self.residual[number] else computed
            yield frames
        if self.lookahead is not None:
            frames = self.lookahead(frames, lengths)
            yield frames
        if self.attention is not None:
            yield frames + self.attention(self.dropout(frames), lengths)
