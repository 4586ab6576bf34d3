"""DropConnect on hidden-to-hidden weights: which are dropped, when, and through which path."""

import copy

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by
from torch import Tensor, nn

from speechrnn.model.dropconnect import drop_connections, run_with_dropped_connections
from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.recipe import ModelConfig
from tests.bf16 import needs_bf16_lstm

WITH_MATRIX = ["rnn", "lstm", "gru", "ligru", "lnlstm"]
LENGTHS = torch.tensor([7, 7, 4])


def layer_of(cell: str, share: float, *, bidirectional: bool = True) -> RecurrentLayer:
    torch.manual_seed(3)
    config = ModelConfig(cell=cell, size=8, recurrent_dropconnect=share, bidirectional=bidirectional)  # type: ignore[arg-type]
    return RecurrentLayer(config, 5).train()


def frames() -> Tensor:
    """Three utterances, of which the first two are the same."""
    torch.manual_seed(4)
    own = torch.randn(3, 7, 5)
    own[1] = own[0]
    own[2, 4:] = 0
    return own


def test_a_share_of_the_weights_is_zero_and_the_others_are_scaled_up() -> None:
    torch.manual_seed(0)
    dropped = drop_connections(torch.full((200, 100), 3.0), 0.25)
    kept = dropped != 0
    assert kept.float().mean().item() == pytest.approx(0.75, abs=0.01)
    assert dropped[kept].tolist() == pytest.approx([4.0] * int(kept.sum()))


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_fused_cell_runs_as_torchs_own_with_the_thinned_matrix_in_its_place(kind: type[nn.RNNBase]) -> None:
    torch.manual_seed(1)
    cell, spoken = kind(5, 8, batch_first=True), frames()
    twin = copy.deepcopy(cell)
    torch.manual_seed(2)
    mine = run_with_dropped_connections(cell, spoken, 0.3)
    torch.manual_seed(2)
    with torch.no_grad():
        twin.weight_hh_l0.copy_(F.dropout(cell.weight_hh_l0, 0.3))
    assert torch.equal(mine, twin(spoken)[0])


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_connections_that_were_dropped_learn_nothing_from_the_step(kind: type[nn.RNNBase]) -> None:
    cell = kind(5, 8, batch_first=True)
    torch.manual_seed(2)
    kept = F.dropout(torch.ones_like(cell.weight_hh_l0), 0.5) != 0
    torch.manual_seed(2)
    run_with_dropped_connections(cell, torch.ones(2, 7, 5), 0.5).square().sum().backward()
    assert cell.weight_hh_l0.grad is not None
    assert torch.equal(cell.weight_hh_l0.grad != 0, kept)


@pytest.mark.parametrize("cell", WITH_MATRIX)
def test_every_utterance_of_a_step_meets_the_same_weights_and_every_step_others(cell: str) -> None:
    layer, spoken = layer_of(cell, 0.5), frames()
    first, second = layer(spoken, LENGTHS), layer(spoken, LENGTHS)
    torch.testing.assert_close(first[0], first[1], rtol=0, atol=1e-6)
    assert not torch.allclose(first, second, atol=1e-3)


@pytest.mark.parametrize("cell", WITH_MATRIX)
def test_nothing_is_dropped_in_evaluation_nor_drawn_at_a_share_of_zero(cell: str) -> None:
    thinned, whole, spoken = layer_of(cell, 0.5), layer_of(cell, 0.0), frames()
    state = torch.get_rng_state()
    wanted = whole(spoken, LENGTHS)
    assert torch.equal(thinned.eval()(spoken, LENGTHS), wanted)
    assert torch.equal(torch.get_rng_state(), state)


def test_each_direction_drops_connections_of_its_own() -> None:
    layer = layer_of("lstm", 0.5)
    layer(frames(), LENGTHS).square().sum().backward()
    assert layer.backward_cell is not None
    ahead, back = (cell.weight_hh_l0.grad != 0 for cell in (layer.forward_cell, layer.backward_cell))
    assert not torch.equal(ahead, back)


def test_the_first_frame_has_no_past_to_lose() -> None:
    layer, spoken = layer_of("lstm", 0.5, bidirectional=False), frames()
    first, second = layer(spoken, LENGTHS), layer(spoken, LENGTHS)
    assert torch.equal(first[:, 0], second[:, 0])
    assert not torch.equal(first[:, 1], second[:, 1])


@pytest.mark.parametrize("cell", ["rnn", pytest.param("lstm", marks=needs_bf16_lstm), "gru"])
def test_dropped_connections_and_bf16_go_together(cell: str) -> None:
    layer, spoken = layer_of(cell, 0.5), frames()
    torch.manual_seed(5)
    full = layer(spoken, LENGTHS)
    layer.trains_in_bf16 = True
    torch.manual_seed(5)
    low = layer(spoken, LENGTHS)
    assert not torch.equal(low, full)
    torch.testing.assert_close(low, full, rtol=0, atol=0.2)
