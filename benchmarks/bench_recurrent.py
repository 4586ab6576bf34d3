"""How much faster is our recurrent layer than torch's on packed sequences, and how near is it to what the CPU can do?

Forward and backward of three bidirectional LSTM layers of 256 units over 16 utterances of 200 to 250 frames, a batch as
length bucketing makes it. Peer: `nn.LSTM` on a `PackedSequence`, which does no work on padding. The ceiling is the rate
of one large float32 matrix product: backward takes two products for each one of forward, and all frames count as
computed, padding too. bf16 is the switch `training.precision`, left out where the processor cannot. All take turns.
"""

import torch
from figure import median_seconds, show_figure
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from speechrnn.model.encoder import Encoder
from speechrnn.recipe import ModelConfig
from speechrnn.training.precision import bf16_runs

BATCH, TIME, NUM_FEATURES, SIZE, LAYERS = 16, 250, 120, 256, 3
MATRIX = 2048
ROUNDS = 7


def main() -> None:
    """Time all and print their ratios."""
    torch.manual_seed(0)
    frames = torch.randn(BATCH, TIME, NUM_FEATURES)
    lengths = torch.linspace(TIME, 0.8 * TIME, BATCH).long()
    ours, low = new_encoder(in_bf16=False), new_encoder(in_bf16=True)
    packed = nn.LSTM(NUM_FEATURES, SIZE, LAYERS, batch_first=True, bidirectional=True)
    matrix = torch.randn(MATRIX, MATRIX)

    def run_packed() -> None:
        outputs, _ = packed(pack_padded_sequence(frames, lengths, batch_first=True))
        learn(packed, pad_packed_sequence(outputs, batch_first=True)[0])

    has_bf16 = bf16_runs("lstm")
    own, peer, product, *low_own = median_seconds(
        lambda: learn(ours, ours(frames, lengths)),
        run_packed,
        lambda: matrix @ matrix,
        *([lambda: learn(low, low(frames, lengths))] if has_bf16 else []),
        rounds=ROUNDS,
    )
    own_rate, ceiling = gigaflops(3 * BATCH * TIME * weights(ours), own), gigaflops(MATRIX**3, product)
    print(f"{BATCH} x {TIME} frames, {LAYERS} x 2 x {SIZE} LSTM, forward + backward, {torch.get_num_threads()} threads")
    print(f"  ours             {1000 * own:7.0f} ms  {own_rate:7.0f} GFLOP/s")
    for seconds in low_own:
        print(f"  ours in bf16     {1000 * seconds:7.0f} ms")
    print(f"  packed nn.LSTM   {1000 * peer:7.0f} ms")
    print(f"  matrix product   {1000 * product:7.0f} ms  {ceiling:7.0f} GFLOP/s")
    show_figure("recurrent_speedup_over_packed", peer / own, 2.5, at_most=False)
    show_figure("recurrent_share_of_sgemm_rate", own_rate / ceiling, 0.7, at_most=False)
    for seconds in low_own:
        show_figure("recurrent_speedup_by_bf16", own / seconds, 1, at_most=False)
    if not has_bf16:
        print("recurrent_speedup_by_bf16: no figure, this processor has no LSTM in bfloat16")


def new_encoder(*, in_bf16: bool) -> Encoder:
    """Make our layers, training in one precision or the other."""
    encoder = Encoder(ModelConfig(layers=LAYERS, size=SIZE, dropout=0.0, layer_norm=False), NUM_FEATURES)
    for layer in encoder.recurrent_layers():
        layer.trains_in_bf16 = in_bf16
    return encoder


def weights(encoder: Encoder) -> int:
    """Count the weights that every frame is multiplied with."""
    return sum(parameter.numel() for parameter in encoder.parameters() if parameter.ndim == 2)


def gigaflops(products: int, seconds: float) -> float:
    """Give the rate of so many multiplications, each with an addition."""
    return 2 * products / seconds / 1e9


def learn(model: nn.Module, outputs: Tensor) -> None:
    """Back-propagate a loss, as a training step does."""
    model.zero_grad(set_to_none=True)
    outputs.square().mean().backward()


if __name__ == "__main__":
    main()
