"""The written-out equations against torch's layers, their own finite differences, and cases worked by hand."""

import math
from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor, nn

from speechrnn.model.cells import CellWeights, GruStep, LstmStep, RnnStep, gru_step, lstm_step, rnn_step, weights_of

NUM_INPUTS, SIZE, BATCH = 5, 7, 3
LAYERS: dict[str, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
ONE_STATE_STEPS: dict[str, Callable[..., RnnStep | GruStep]] = {"rnn": rnn_step, "gru": gru_step}


def walk(cell: str, frames: Tensor, weights: CellWeights) -> Iterator[RnnStep | LstmStep | GruStep]:
    """Run a cell over `(batch, time, feat)` from a zero state, one step after the other."""
    hidden = memory = torch.zeros(frames.shape[0], weights.recurrent_matrix.shape[1], dtype=frames.dtype)
    for inputs in frames.unbind(1):
        step: RnnStep | LstmStep | GruStep
        if cell == "lstm":
            step = lstm_step(inputs, hidden, memory, weights)
            memory = step.cell
        else:
            step = ONE_STATE_STEPS[cell](inputs, hidden, weights)
        hidden = step.hidden
        yield step


def random_weights(gates: int, *, scale: float = 0.7) -> CellWeights:
    def draw(*shape: int) -> Tensor:
        return (scale * torch.randn(*shape, dtype=torch.float64)).requires_grad_()

    rows = gates * SIZE
    return CellWeights(draw(rows, NUM_INPUTS), draw(rows, SIZE), draw(rows), draw(rows))


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(11)


@pytest.mark.parametrize("time", [1, 2, 40])
@pytest.mark.parametrize("cell", LAYERS)
def test_stepping_equals_the_layer_of_torch_at_every_frame(cell: str, time: int) -> None:
    layer = LAYERS[cell](NUM_INPUTS, SIZE, batch_first=True, dtype=torch.float64)
    frames = torch.randn(BATCH, time, NUM_INPUTS, dtype=torch.float64)
    stepped = torch.stack([step.hidden for step in walk(cell, frames, weights_of(layer))], dim=1)
    torch.testing.assert_close(stepped, layer(frames)[0], rtol=0, atol=1e-12)


def test_the_cell_state_of_the_lstm_equals_torchs() -> None:
    layer = nn.LSTM(NUM_INPUTS, SIZE, batch_first=True, dtype=torch.float64)
    frames = torch.randn(BATCH, 9, NUM_INPUTS, dtype=torch.float64)
    *_, last = walk("lstm", frames, weights_of(layer))
    assert isinstance(last, LstmStep)
    torch.testing.assert_close(last.cell, layer(frames)[1][1][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", LAYERS)
def test_weights_of_finds_every_depth_and_direction(cell: str) -> None:
    layer = LAYERS[cell](NUM_INPUTS, SIZE, num_layers=2, bidirectional=True, batch_first=True, dtype=torch.float64)
    frames = torch.randn(BATCH, 6, NUM_INPUTS, dtype=torch.float64)
    wanted = layer(frames)[0]
    for depth in range(2):
        ahead = [step.hidden for step in walk(cell, frames, weights_of(layer, depth=depth))]
        back = [step.hidden for step in walk(cell, frames.flip(1), weights_of(layer, depth=depth, backward=True))]
        frames = torch.cat([torch.stack(ahead, dim=1), torch.stack(back[::-1], dim=1)], dim=2)
    torch.testing.assert_close(frames, wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("step", "gates"), [(rnn_step, 1), (gru_step, 3)])
def test_the_gradient_of_a_step_equals_finite_differences(step: Callable[..., RnnStep | GruStep], gates: int) -> None:
    weights = random_weights(gates)
    inputs = torch.randn(2, NUM_INPUTS, dtype=torch.float64, requires_grad=True)
    hidden = torch.randn(2, SIZE, dtype=torch.float64, requires_grad=True)

    def advance(inputs: Tensor, hidden: Tensor, *tensors: Tensor) -> Tensor:
        return step(inputs, hidden, CellWeights(*tensors)).hidden

    assert torch.autograd.gradcheck(advance, (inputs, hidden, *tensors_of(weights)))


def test_the_gradient_of_an_lstm_step_equals_finite_differences() -> None:
    weights = random_weights(4)
    inputs = torch.randn(2, NUM_INPUTS, dtype=torch.float64, requires_grad=True)
    states = [torch.randn(2, SIZE, dtype=torch.float64, requires_grad=True) for _ in range(2)]

    def advance(inputs: Tensor, hidden: Tensor, cell: Tensor, *tensors: Tensor) -> tuple[Tensor, Tensor]:
        step = lstm_step(inputs, hidden, cell, CellWeights(*tensors))
        return step.hidden, step.cell

    assert torch.autograd.gradcheck(advance, (inputs, *states, *tensors_of(weights)))


def tensors_of(weights: CellWeights) -> tuple[Tensor, ...]:
    return weights.input_matrix, weights.recurrent_matrix, weights.input_bias, weights.recurrent_bias


def biased(*drives: float) -> CellWeights:
    """One unit and one input with zero matrices: each gate is driven by its input bias alone."""
    zeros = torch.zeros(len(drives), 1)
    return CellWeights(zeros, zeros, torch.tensor(drives), torch.zeros(len(drives)))


def test_a_plain_step_by_hand() -> None:
    weights = CellWeights(torch.tensor([[2.0]]), torch.tensor([[0.5]]), torch.tensor([0.1]), torch.tensor([-0.3]))
    step = rnn_step(torch.tensor([[0.2]]), torch.tensor([[0.4]]), weights)
    assert step.hidden.item() == pytest.approx(math.tanh(2.0 * 0.2 + 0.5 * 0.4 + 0.1 - 0.3))


def test_an_open_forget_gate_and_a_shut_input_gate_carry_the_cell_state_unchanged() -> None:
    memory = torch.tensor([[3.25]])
    step = lstm_step(torch.ones(1, 1), torch.ones(1, 1), memory, biased(-200.0, 200.0, 5.0, 200.0))
    assert step.cell.item() == memory.item()
    assert step.hidden.item() == pytest.approx(math.tanh(3.25))


def test_a_shut_forget_gate_and_an_open_input_gate_replace_the_cell_state_by_the_candidate() -> None:
    step = lstm_step(torch.ones(1, 1), torch.ones(1, 1), torch.tensor([[3.25]]), biased(200.0, -200.0, 0.5, 200.0))
    assert step.cell.item() == pytest.approx(math.tanh(0.5))
    assert step.candidate.item() == pytest.approx(math.tanh(0.5))


def test_a_shut_output_gate_hides_the_cell_state_and_keeps_it() -> None:
    step = lstm_step(torch.ones(1, 1), torch.ones(1, 1), torch.tensor([[3.25]]), biased(-200.0, 200.0, 0.0, -200.0))
    assert step.hidden.item() == 0
    assert step.cell.item() == 3.25


def test_an_update_gate_at_one_keeps_the_hidden_state_and_at_zero_takes_the_candidate() -> None:
    hidden = torch.tensor([[0.6]])
    kept = gru_step(torch.ones(1, 1), hidden, biased(0.0, 200.0, 0.5))
    taken = gru_step(torch.ones(1, 1), hidden, biased(0.0, -200.0, 0.5))
    assert kept.hidden.item() == hidden.item()
    assert taken.hidden.item() == pytest.approx(math.tanh(0.5))


def test_a_shut_reset_gate_blinds_the_candidate_to_the_past_but_not_to_the_input() -> None:
    recurrent = torch.tensor([[0.0], [0.0], [9.0]])
    weights = CellWeights(torch.zeros(3, 1), recurrent, torch.tensor([-200.0, 0.0, 0.5]), torch.zeros(3))
    step = gru_step(torch.ones(1, 1), torch.tensor([[0.6]]), weights)
    assert step.reset_gate.item() == 0
    assert step.candidate.item() == pytest.approx(math.tanh(0.5))


def test_the_gru_resets_after_the_matrix_product_bias_included() -> None:
    """Worked by hand: r = 1/2, so the candidate sees half of (2 * 0.6 + 0.4)."""
    weights = CellWeights(
        torch.zeros(3, 1), torch.tensor([[0.0], [0.0], [2.0]]), torch.zeros(3), torch.tensor([0.0, 0.0, 0.4])
    )
    step = gru_step(torch.ones(1, 1), torch.tensor([[0.6]]), weights)
    assert step.candidate.item() == pytest.approx(math.tanh(0.5 * (2 * 0.6 + 0.4)))


@pytest.mark.parametrize(
    "layer",
    [nn.LSTM(2, 4, bias=False), nn.LSTM(2, 4, proj_size=3), nn.RNN(2, 4, nonlinearity="relu")],
    ids=["no bias", "projection", "relu"],
)
def test_a_layer_the_equations_do_not_describe_is_refused(layer: nn.RNNBase) -> None:
    with pytest.raises(ValueError, match="wanted a layer with biases"):
        weights_of(layer)
