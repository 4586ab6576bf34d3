"""The stack of recurrent layers."""

import pytest
import torch

from speechrnn.model.encoder import Encoder
from speechrnn.recipe import ModelConfig

LENGTHS = torch.tensor([5, 5])


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


def by_layer(settings: dict[str, object], input_size: int) -> tuple[Encoder, list[torch.Tensor], torch.Tensor]:
    """An encoder at rest, what it gives after each layer, and the frames it read."""
    torch.manual_seed(0)
    encoder = Encoder(ModelConfig(cell="gru", size=4, **settings), input_size).eval()  # type: ignore[arg-type]
    frames = torch.randn(2, 5, input_size)
    return encoder, list(encoder.each_layer(frames, LENGTHS)), frames


@pytest.mark.parametrize(("input_size", "first"), [(8, True), (7, False)])
def test_a_residual_layer_adds_what_it_reads_where_the_sizes_agree(input_size: int, first: bool) -> None:
    encoder, outputs, frames = by_layer({"layers": 3, "residual": True}, input_size)
    assert encoder.residual == (first, True, True)
    below = frames
    for number, layer in enumerate(encoder.recurrent_layers()):
        computed = layer(below, LENGTHS)
        below = below + computed if encoder.residual[number] else computed
        torch.testing.assert_close(outputs[number], below, rtol=0, atol=0)
    torch.testing.assert_close(encoder(frames, LENGTHS), outputs[-1], rtol=0, atol=0)


def test_dropout_spares_the_residual_path() -> None:
    """With layers that compute nothing, the sum in training is the input itself."""
    encoder, _, frames = by_layer({"layers": 3, "residual": True, "dropout": 0.9}, 8)
    for layer in encoder.recurrent_layers():
        layer.norm = torch.nn.Identity()
        for weights in layer.parameters():
            torch.nn.init.zeros_(weights)
    torch.testing.assert_close(encoder.train()(frames, LENGTHS), frames, rtol=0, atol=0)


def test_attention_stands_on_top_and_is_added_to_the_last_recurrent_layer() -> None:
    encoder, _, frames = by_layer({"layers": 2, "attention_heads": 2}, 7)
    assert encoder.attention is not None
    torch.nn.init.normal_(encoder.attention.output.weight)
    _, recurrent, top = encoder.each_layer(frames, LENGTHS)
    assert not torch.allclose(top, recurrent)
    torch.testing.assert_close(top, recurrent + encoder.attention(recurrent, LENGTHS), rtol=0, atol=0)
    torch.testing.assert_close(encoder(frames, LENGTHS), top, rtol=0, atol=0)


def test_locked_dropout_keeps_what_it_drops_at_the_input_of_a_layer() -> None:
    torch.manual_seed(0)
    encoder = Encoder(
        ModelConfig(cell="gru", layers=2, size=4, dropout=0.5, dropout_kind="locked"), input_size=7
    ).train()
    read: list[torch.Tensor] = []
    encoder.layers[1].register_forward_pre_hook(lambda module, inputs: read.append(inputs[0]))
    encoder(torch.randn(3, 6, 7), torch.tensor([6, 6, 6]))
    (frames,) = read
    dropped = frames == 0
    assert bool(dropped.any())
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
