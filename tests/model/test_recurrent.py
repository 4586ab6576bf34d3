"""The fast recurrent layer, held against torch's packed sequences."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from speechrnn.model.recurrent import CELLS, RecurrentLayer
from speechrnn.recipe import ModelConfig
from speechrnn.recipe.rules import FUSED
from tests.bf16 import needs_bf16_lstm

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
    both = layer.backward_cell is not None
    twin = type(layer.forward_cell)(INPUT_SIZE, SIZE, batch_first=True, bidirectional=both).double()
    cells = [("", layer.forward_cell), ("_reverse", layer.backward_cell)][: 2 if both else 1]
    with torch.no_grad():
        for suffix, cell in cells:
            for name, weights in cell.named_parameters():
                getattr(twin, name + suffix).copy_(weights)
    return twin


def run_packed(twin: nn.RNNBase, frames: Tensor) -> Tensor:
    packed = pack_padded_sequence(frames, LENGTHS, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(twin(packed)[0], batch_first=True)[0]


DIRECTIONS = [True, False]
ALL = pytest.mark.parametrize(("cell", "bidirectional"), list(itertools.product(CELLS, DIRECTIONS)))
TORCHS = pytest.mark.parametrize(("cell", "bidirectional"), list(itertools.product(["rnn", "lstm", "gru"], DIRECTIONS)))


@TORCHS
def test_the_layer_equals_torchs_packed_sequences(cell: str, bidirectional: bool) -> None:
    layer, frames = layer_of(cell, bidirectional), frames_of()
    torch.testing.assert_close(layer(frames, LENGTHS), run_packed(packed_twin(layer), frames), rtol=0, atol=1e-12)


@TORCHS
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


@ALL
def test_an_utterance_comes_out_alike_alone_and_in_company(cell: str, bidirectional: bool) -> None:
    layer, frames = layer_of(cell, bidirectional, layer_norm=True).float(), frames_of().float()
    together = layer(frames, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        alone = layer(frames[row : row + 1, :length], LENGTHS[row : row + 1])[0]
        torch.testing.assert_close(together[row, :length], alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_one_direction_alone_never_looks_ahead(cell: str) -> None:
    layer, frames = layer_of(cell, bidirectional=False), frames_of()
    later = frames.clone()
    later[:, 4:] += 1.0
    before, after = layer(frames, LENGTHS)[:, :4], layer(later, LENGTHS)[:, :4]
    torch.testing.assert_close(before, after, rtol=0, atol=0)


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


@needs_bf16_lstm
def test_bf16_training_is_close_to_float32_and_evaluation_is_float32_itself() -> None:
    torch.manual_seed(0)
    layer = RecurrentLayer(ModelConfig(size=24), 12)
    frames, lengths = torch.randn(3, 20, 12), torch.tensor([20, 11, 5])
    exact = layer(frames, lengths)
    layer.trains_in_bf16 = True
    rough = layer(frames, lengths)
    assert rough.dtype == torch.float32
    assert 0 < (rough - exact).detach().abs().max().item() < 0.05
    assert torch.equal(layer.eval()(frames, lengths), exact)


@pytest.mark.parametrize("cell", [pytest.param(c, marks=needs_bf16_lstm) if c == "lstm" else c for c in CELLS])
def test_bf16_is_for_the_training_of_fused_cells(cell: str) -> None:
    layer, frames = layer_of(cell, bidirectional=True).float(), frames_of().float()
    full = layer(frames, LENGTHS)
    layer.trains_in_bf16 = True
    low = layer(frames, LENGTHS)
    assert low.dtype == torch.float32
    assert torch.equal(low, full) == (cell not in FUSED)
    torch.testing.assert_close(low, full, rtol=0, atol=0.1)
    assert torch.equal(layer.eval()(frames, LENGTHS), full)
