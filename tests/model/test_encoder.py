"""The stack of recurrent layers."""

import torch

from speechrnn.model.encoder import Encoder
from speechrnn.recipe import ModelConfig


def test_each_layer_reads_the_one_below() -> None:
    encoder = Encoder(ModelConfig(cell="gru", layers=3, size=4), input_size=7)
    assert [layer.forward_cell.input_size for layer in encoder.layers] == [7, 8, 8]
    assert encoder.output_size == 8
    frames, lengths = torch.randn(2, 5, 7), torch.tensor([5, 3])
    by_hand = frames
    for layer in encoder.layers:
        by_hand = layer(by_hand, lengths)
    encoder.eval()
    torch.testing.assert_close(encoder(frames, lengths), by_hand, rtol=0, atol=0)


def test_dropout_never_touches_the_features() -> None:
    torch.manual_seed(0)
    encoder = Encoder(ModelConfig(cell="gru", layers=1, size=4, dropout=0.9), input_size=7).train()
    frames, lengths = torch.randn(2, 5, 7), torch.tensor([5, 3])
    assert torch.equal(encoder(frames, lengths), encoder(frames, lengths))
