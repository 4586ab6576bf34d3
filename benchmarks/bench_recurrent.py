"""How much faster is our recurrent layer than torch's on packed sequences, training on a CPU?

Forward and backward of three bidirectional LSTM layers of 256 units over 16 utterances of 200 to 250 frames, a batch as
length bucketing makes it. Peer: `nn.LSTM` on a `PackedSequence`, which does no work on padding. They take turns.
"""

import torch
from figure import median_seconds, show_figure
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from speechrnn.model.encoder import Encoder
from speechrnn.recipe import ModelConfig

BATCH, TIME, NUM_FEATURES, SIZE, LAYERS = 16, 250, 120, 256, 3
ROUNDS = 7


def main() -> None:
    """Time both and print their ratio."""
    torch.manual_seed(0)
    frames = torch.randn(BATCH, TIME, NUM_FEATURES)
    lengths = torch.linspace(TIME, 0.8 * TIME, BATCH).long()
    ours = Encoder(ModelConfig(layers=LAYERS, size=SIZE, dropout=0.0, layer_norm=False), NUM_FEATURES)
    packed = nn.LSTM(NUM_FEATURES, SIZE, LAYERS, batch_first=True, bidirectional=True)

    def run_ours() -> None:
        learn(ours, ours(frames, lengths))

    def run_packed() -> None:
        outputs, _ = packed(pack_padded_sequence(frames, lengths, batch_first=True))
        learn(packed, pad_packed_sequence(outputs, batch_first=True)[0])

    own_seconds, packed_seconds = median_seconds(run_ours, run_packed, rounds=ROUNDS)
    print(f"{BATCH} x {TIME} frames, {LAYERS} x 2 x {SIZE} LSTM, forward + backward, {torch.get_num_threads()} threads")
    print(f"  ours             {1000 * own_seconds:7.0f} ms")
    print(f"  packed nn.LSTM   {1000 * packed_seconds:7.0f} ms")
    show_figure("recurrent_speedup_over_packed", packed_seconds / own_seconds, 2.5, at_most=False)


def learn(model: nn.Module, outputs: Tensor) -> None:
    """Back-propagate a loss, as a training step does."""
    model.zero_grad(set_to_none=True)
    outputs.square().mean().backward()


if __name__ == "__main__":
    main()
