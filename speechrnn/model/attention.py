"""Self-attention over an utterance: every frame looks at every other one, however far away.

Scaled dot products in several heads (Vaswani et al. 2017), normalised before rather than after (Xiong et al. 2020). No
code of positions is added: the frames come from recurrent layers, which know the order. No feed-forward part follows:
it would hold twice the weights of the attention itself.
"""

import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.lengths import valid_frames, zero_padding


class SelfAttention(nn.Module):
    """One layer of it; what it gives is meant to be added to its input.

    Where the model reads in one direction, a frame looks at itself and at earlier frames only, so live use stays
    possible. Work grows with the square of the utterance's length, memory with the length: torch's fused kernel never
    holds the `(time, time)` weights, and the exported graph goes through the frames in blocks.
    """

    def __init__(self, size: int, heads: int, bidirectional: bool) -> None:
        """Attend over frames of `size` values with `heads` heads, which share them equally."""
        super().__init__()
        self.heads = heads
        self.causal = not bidirectional
        self.norm = nn.LayerNorm(size)
        self.project = nn.Linear(size, 3 * size)
        self.output = nn.Linear(size, size)
        nn.init.xavier_uniform_(self.project.weight)
        # The sum starts as the recurrent layers' output alone, and attention comes in as far as it helps.
        for weights in (self.project.bias, self.output.weight, self.output.bias):
            nn.init.zeros_(weights)

    def forward(self, frames: Tensor, lengths: Tensor) -> Tensor:
        """Attend.

        Args:
            frames: `(batch, time, size)`.
            lengths: `(batch,)`.

        Returns:
            `(batch, time, size)`, zero past each length.
        """
        batch, time, size = frames.shape
        projected = self.project(self.norm(frames)).view(batch, time, 3, self.heads, size // self.heads)
        queries, keys, values = projected.permute(2, 0, 3, 1, 4)
        # Looking back only, no frame meets padding. An utterance without frames looks at one, or softmax divides by 0.
        mask = None if self.causal else valid_frames(lengths.clamp(min=1), time)[:, None, None]
        attended = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, is_causal=self.causal)
        return zero_padding(self.output(attended.transpose(1, 2).reshape(batch, time, size)), lengths)
