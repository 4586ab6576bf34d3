"""The fast recurrent layer, held against torch's packed sequences."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from speechrnn.model.recurrent import CELLS, FORGET_GATE_BIAS, RecurrentLayer, build_cell
from speechrnn.recipe import ModelConfig

LENGTHS = torch.tensor([9, 1, 5, 9, 3])
INPUT_SIZE, SIZE = 6, 4


def layer_of(cell: str, bidirectional: bool, *, layer_norm: bool = False) -> RecurrentLayer:
    torch.manual_seed(1)
    config = ModelConfig(cell=cell, bidirectional=bidirectional, size=SIZE, layer_norm=layer_norm)  # type: ignore[arg-type]
    layer = RecurrentLayer(config, INPUT_SIZE).double()
    with torch.no_grad():  # biases start at zero, which would hide a swap
        for weights in layer.parameters():
            weights.add_(0.2 * torch.randn_like(weights))
    return layer


def frames_of(seed: int = 2) -> Tensor:
    torch.manual_seed(seed)
    frames = torch.randn(len(LENGTHS), int(LENGTHS.max()), INPUT_SIZE, dtype=torch.float64)
    return frames * (torch.arange(frames.shape[1]) < LENGTHS[:, None]).unsqueeze(2)


def packed_twin(layer: RecurrentLayer) -> nn.RNNBase:
    """torch's own layer with the same weights."""
    kind = CELLS[{nn.RNN: "rnn", nn.LSTM: "lstm", nn.GRU: "gru"}[type(layer.forward_cell)]]
    both = layer.backward_cell is not None
    twin = kind(INPUT_SIZE, SIZE, batch_first=True, bidirectional=both).double()
    cells = [("", layer.forward_cell), ("_reverse", layer.backward_cell)][: 2 if both else 1]
    with torch.no_grad():
        for suffix, cell in cells:
            for name, weights in cell.named_parameters():
                getattr(twin, name + suffix).copy_(weights)
    return twin


def run_packed(twin: nn.RNNBase, frames: Tensor) -> Tensor:
    packed = pack_padded_sequence(frames, LENGTHS, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(twin(packed)[0], batch_first=True)[0]


ALL = pytest.mark.parametrize(
    ("cell", "bidirectional"), [(cell, both) for cell in ("rnn", "lstm", "gru") for both in (True, False)]
)


@ALL
def test_the_layer_equals_torchs_packed_sequences(cell: str, bidirectional: bool) -> None:
    layer, frames = layer_of(cell, bidirectional), frames_of()
    torch.testing.assert_close(layer(frames, LENGTHS), run_packed(packed_twin(layer), frames), rtol=0, atol=1e-12)


@ALL
def test_gradients_equal_those_of_packed_sequences(cell: str, bidirectional: bool) -> None:
    layer, frames, twin_frames = layer_of(cell, bidirectional), frames_of(), frames_of()
    twin = packed_twin(layer)
    pull = torch.randn(len(LENGTHS), int(LENGTHS.max()), layer.output_size, dtype=torch.float64)
    (layer(frames.requires_grad_(), LENGTHS) * pull).sum().backward()
    (run_packed(twin, twin_frames.requires_grad_()) * pull).sum().backward()
    assert frames.grad is not None
    torch.testing.assert_close(frames.grad, twin_frames.grad, rtol=0, atol=1e-12)
    for suffix, own in _cells(layer):
        for name, weights in own.named_parameters():
            torch.testing.assert_close(weights.grad, getattr(twin, name + suffix).grad, rtol=0, atol=1e-12)


def _cells(layer: RecurrentLayer) -> Iterator[tuple[str, nn.RNNBase]]:
    yield "", layer.forward_cell
    if layer.backward_cell is not None:
        yield "_reverse", layer.backward_cell


@ALL
def test_what_stands_in_the_padding_never_reaches_a_frame(cell: str, bidirectional: bool) -> None:
    layer, frames = layer_of(cell, bidirectional, layer_norm=True), frames_of()
    padding = (torch.arange(frames.shape[1]) >= LENGTHS[:, None]).unsqueeze(2)
    outputs = layer(frames, LENGTHS)
    torch.testing.assert_close(layer(frames + 7.0 * padding, LENGTHS), outputs, rtol=0, atol=0)
    assert not bool((outputs * padding).any())


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_one_direction_alone_never_looks_ahead(cell: str) -> None:
    layer, frames = layer_of(cell, bidirectional=False), frames_of()
    later = frames.clone()
    later[:, 4:] += 1.0
    before, after = layer(frames, LENGTHS)[:, :4], layer(later, LENGTHS)[:, :4]
    torch.testing.assert_close(before, after, rtol=0, atol=0)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_recurrent_weights_start_orthogonal_gate_by_gate(cell: str) -> None:
    torch.manual_seed(0)
    recurrent = build_cell(ModelConfig(cell=cell, size=12), 5).weight_hh_l0  # type: ignore[arg-type]
    gates = recurrent.split(12)
    assert len(gates) == {"rnn": 1, "lstm": 4, "gru": 3}[cell]
    for gate in gates:
        torch.testing.assert_close(gate @ gate.T, torch.eye(12), rtol=0, atol=1e-5)


def test_the_forget_gate_of_an_lstm_starts_open_and_every_other_bias_at_zero() -> None:
    cell = build_cell(ModelConfig(cell="lstm", size=3), 5)
    assert torch.equal(cell.bias_ih_l0, torch.tensor([0.0] * 3 + [FORGET_GATE_BIAS] * 3 + [0.0] * 6))
    for bias in (cell.bias_hh_l0, build_cell(ModelConfig(cell="gru", size=3), 5).bias_ih_l0):
        assert not bias.any()


def test_both_directions_have_weights_of_their_own() -> None:
    layer = layer_of("gru", bidirectional=True)
    assert layer.backward_cell is not None
    assert not torch.equal(layer.forward_cell.weight_ih_l0, layer.backward_cell.weight_ih_l0)
    assert layer_of("gru", bidirectional=False).backward_cell is None


def test_layer_norm_gives_every_frame_mean_zero_and_variance_one() -> None:
    config = ModelConfig(cell="gru", size=8, layer_norm=True)
    normal = RecurrentLayer(config, INPUT_SIZE).double()(frames_of(), LENGTHS)[0]
    torch.testing.assert_close(normal.mean(1), torch.zeros(9, dtype=torch.float64), rtol=0, atol=1e-9)
    torch.testing.assert_close(normal.var(1, correction=0), torch.ones(9, dtype=torch.float64), rtol=1e-2, atol=0)
    plain = RecurrentLayer(replace(config, layer_norm=False), INPUT_SIZE)
    assert isinstance(plain.norm, nn.Identity)
