"""The minimal cells' equations, worked by hand and against finite differences."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from speechrnn.model.cells_minimal import MinGruStep, MinimalWeights, MinLstmStep, mingru_step, minlstm_step, positive


def driven(*drives: float) -> MinimalWeights:
    """One unit and one input with a zero matrix: each gate is driven by its bias alone."""
    return MinimalWeights(torch.zeros(len(drives), 1), torch.tensor(drives))


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def test_the_candidate_is_above_zero_grows_and_has_no_kink() -> None:
    drives = torch.linspace(-9, 9, 1001, dtype=torch.float64, requires_grad=True)
    bent = positive(drives)
    assert bool((bent > 0).all())
    assert bool((bent.diff() > 0).all())
    assert positive(torch.tensor([-1e-12, 0.0], dtype=torch.float64)).tolist() == pytest.approx([0.5, 0.5])
    assert positive(torch.tensor([2.0, -2.0])).tolist() == pytest.approx([2.5, logistic(-2.0)])


def test_a_mingru_step_by_hand() -> None:
    step = mingru_step(torch.ones(1, 1), torch.tensor([[0.8]]), driven(-1.0, 2.0))
    assert step.update_gate.item() == pytest.approx(logistic(-1.0))
    assert step.candidate.item() == pytest.approx(2.5)
    assert step.hidden.item() == pytest.approx((1 - logistic(-1.0)) * 0.8 + logistic(-1.0) * 2.5)


def test_a_minlstm_step_by_hand() -> None:
    step = minlstm_step(torch.ones(1, 1), torch.tensor([[0.8]]), driven(1.0, -0.5, -2.0))
    forget = logistic(1.0) / (logistic(1.0) + logistic(-0.5))
    assert step.forget_gate.item() == pytest.approx(forget)
    assert step.input_gate.item() == pytest.approx(1 - forget)
    assert step.hidden.item() == pytest.approx(forget * 0.8 + (1 - forget) * logistic(-2.0))


@pytest.mark.parametrize(("step", "gates"), [(mingru_step, 2), (minlstm_step, 3)])
def test_the_hidden_state_lies_between_the_old_one_and_the_candidate(
    step: Callable[..., MinGruStep | MinLstmStep], gates: int
) -> None:
    torch.manual_seed(0)
    hidden = torch.rand(50, 6)
    made = step(torch.randn(50, 4), hidden, MinimalWeights(torch.randn(6 * gates, 4), torch.randn(6 * gates)))
    lower, upper = torch.minimum(hidden, made.candidate), torch.maximum(hidden, made.candidate)
    assert bool(((lower - 1e-6 <= made.hidden) & (made.hidden <= upper + 1e-6)).all())


@pytest.mark.parametrize(("step", "gates"), [(mingru_step, 2), (minlstm_step, 3)])
def test_the_gradient_of_a_step_equals_finite_differences(
    step: Callable[..., MinGruStep | MinLstmStep], gates: int
) -> None:
    torch.manual_seed(1)
    shapes = [(2, 3), (2, 4), (4 * gates, 3), (4 * gates,)]
    tensors = [torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes]

    def advance(inputs: Tensor, hidden: Tensor, matrix: Tensor, bias: Tensor) -> Tensor:
        return step(inputs, hidden, MinimalWeights(matrix, bias)).hidden

    assert torch.autograd.gradcheck(advance, tensors)
