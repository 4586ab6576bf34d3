"""The equations of the cells with layer normalisation inside, worked by hand and against torch's own operations."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  the name every torch user knows it by

from speechrnn.model.cells import CellWeights, lstm_step
from speechrnn.model.cells_normalized import (
    EPSILON,
    LayerNormLstmWeights,
    LiGruWeights,
    layer_norm_lstm_step,
    ligru_step,
    normalize,
)


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_normalisation_equals_torchs_layer_norm() -> None:
    torch.manual_seed(0)
    values, gain, bias = torch.randn(3, 4, 9), torch.randn(9), torch.randn(9)
    torch.testing.assert_close(normalize(values, gain, bias), F.layer_norm(values, (9,), gain, bias, EPSILON))
    torch.testing.assert_close(normalize(values, gain), F.layer_norm(values, (9,), gain, None, EPSILON))


def ligru_weights(input_gain: float, past: tuple[float, float]) -> LiGruWeights:
    """One unit, one input: the drives of both gates are 1 and -1 times the input before normalisation."""
    return LiGruWeights(
        torch.tensor([[1.0], [-1.0]]),
        torch.tensor([[past[0]], [past[1]]]),
        torch.full((2,), input_gain),
        torch.tensor([0.0, 3.0]),
    )


def test_a_light_gru_step_by_hand() -> None:
    """Normalised, any positive input drives the gates by 1 and -1; the second bias is 3, the past adds 0.4 and 0.2."""
    step = ligru_step(torch.tensor([[7.0]]), torch.tensor([[0.2]]), ligru_weights(1.0, (2.0, 1.0)))
    update, candidate = logistic(1.0 + 0.4), -1.0 + 3.0 + 0.2
    assert step.update_gate.item() == pytest.approx(update, abs=1e-6)
    assert step.candidate.item() == pytest.approx(candidate, abs=1e-6)
    assert step.hidden.item() == pytest.approx((1 - update) * candidate + update * 0.2, abs=1e-6)


def test_the_candidate_of_the_light_gru_is_never_negative() -> None:
    step = ligru_step(torch.tensor([[7.0]]), torch.tensor([[0.2]]), ligru_weights(1.0, (0.0, -90.0)))
    assert step.candidate.item() == 0


def test_the_loudness_of_a_frame_does_not_reach_the_light_gru() -> None:
    torch.manual_seed(1)
    weights = LiGruWeights(torch.randn(8, 5), torch.randn(8, 4), torch.randn(8), torch.randn(8))
    frame, hidden = torch.randn(2, 5), torch.randn(2, 4)
    soft, loud = (ligru_step(scale * frame, hidden, weights).hidden for scale in (1.0, 50.0))
    torch.testing.assert_close(soft, loud, rtol=1e-4, atol=1e-4)


def layer_norm_lstm_weights() -> LayerNormLstmWeights:
    shapes = [(16, 5), (16, 4), (16,), (16,), (16,), (4,), (4,)]
    return LayerNormLstmWeights(*(torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes))


def tensors_of(weights: LayerNormLstmWeights) -> list[torch.Tensor]:
    return [getattr(weights, name) for name in LayerNormLstmWeights.__dataclass_fields__]


def test_the_layer_norm_lstm_is_an_lstm_of_normalised_products_and_a_normalised_view_of_its_cell() -> None:
    torch.manual_seed(2)
    weights = layer_norm_lstm_weights()
    inputs, hidden, cell = (torch.randn(3, size, dtype=torch.float64) for size in (5, 4, 4))
    # An LSTM whose input is the sum of both normalised products, handed on as it is, and whose past says nothing.
    drive = F.layer_norm(inputs @ weights.input_matrix.T, (16,), weights.input_gain, weights.input_bias)
    drive = drive + F.layer_norm(hidden @ weights.recurrent_matrix.T, (16,), weights.recurrent_gain)
    none = torch.zeros(16, dtype=torch.float64)
    plain = CellWeights(torch.eye(16, dtype=torch.float64), torch.zeros(16, 4, dtype=torch.float64), none, none)
    wanted = lstm_step(drive, torch.zeros_like(hidden), cell, plain)
    step = layer_norm_lstm_step(inputs, hidden, cell, weights)
    for gate in ("input_gate", "forget_gate", "candidate", "output_gate", "cell"):
        torch.testing.assert_close(getattr(step, gate), getattr(wanted, gate))
    view = F.layer_norm(wanted.cell, (4,), weights.cell_gain, weights.cell_bias)
    torch.testing.assert_close(step.hidden, wanted.output_gate * torch.tanh(view))


def test_a_past_of_zeros_says_nothing() -> None:
    """The norm of a zero vector is zero, whatever its gain: the first frame is driven by the input alone."""
    torch.manual_seed(3)
    weights = layer_norm_lstm_weights()
    inputs, zeros = torch.randn(2, 5, dtype=torch.float64), torch.zeros(2, 4, dtype=torch.float64)
    step = layer_norm_lstm_step(inputs, zeros, zeros, weights)
    drive = F.layer_norm(inputs @ weights.input_matrix.T, (16,), weights.input_gain, weights.input_bias)
    torch.testing.assert_close(step.output_gate, torch.sigmoid(drive[:, 12:]))


def test_the_gradients_of_both_steps_equal_finite_differences() -> None:
    torch.manual_seed(4)
    weights = layer_norm_lstm_weights()
    inputs, hidden, cell = (torch.randn(2, size, dtype=torch.float64, requires_grad=True) for size in (5, 4, 4))

    def advance(*given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        step = layer_norm_lstm_step(*given[:3], LayerNormLstmWeights(*given[3:]))
        return step.hidden, step.cell

    def advance_ligru(*given: torch.Tensor) -> torch.Tensor:
        return ligru_step(*given[:2], LiGruWeights(*given[2:])).hidden

    ligru = [weights.input_matrix[:8], weights.recurrent_matrix[:8], weights.input_gain[:8], weights.input_bias[:8]]
    assert torch.autograd.gradcheck(advance, (inputs, hidden, cell, *tensors_of(weights)))
    assert torch.autograd.gradcheck(advance_ligru, (inputs, hidden, *(one.detach().requires_grad_() for one in ligru)))
