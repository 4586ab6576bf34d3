"""AdamW, and its state as named tensors."""

import pytest
import torch
from torch import nn

from speechrnn.recipe import TrainingConfig
from speechrnn.training.optimizer import (
    build_optimizer,
    clip_gradients,
    optimizer_tensors,
    restore_optimizer,
    set_rate,
)

CONFIG = TrainingConfig(learning_rate=0.05, weight_decay=0.3)


def net(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.GRU(4, 2, batch_first=True))


def steps(model: nn.Module, optimizer: torch.optim.AdamW, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        torch.manual_seed(number)
        set_rate(optimizer, 0.05 / (number + 1), 0.9 - 0.01 * number)
        optimizer.zero_grad()
        model(torch.randn(2, 5, 3))[0].square().sum().backward()
        optimizer.step()


def test_state_that_was_saved_and_restored_goes_on_to_the_same_bits() -> None:
    whole, halved = net(), net()
    one, first = build_optimizer(whole, CONFIG), build_optimizer(halved, CONFIG)
    steps(whole, one, 6)
    steps(halved, first, 3)
    resumed = net(seed=9)
    resumed.load_state_dict(halved.state_dict())
    second = build_optimizer(resumed, CONFIG)
    restore_optimizer(second, resumed, optimizer_tensors(first, halved))
    steps(resumed, second, 3, first=3)
    for name, weights in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], weights)
    for name, tensor in optimizer_tensors(one, whole).items():
        assert torch.equal(optimizer_tensors(second, resumed)[name], tensor)


def test_every_weight_has_all_of_its_state_named_after_it() -> None:
    model = net()
    optimizer = build_optimizer(model, CONFIG)
    assert optimizer_tensors(optimizer, model) == {}
    steps(model, optimizer, 1)
    names = [name for name, _ in model.named_parameters()]
    expected = {f"optimizer.{key}.{name}" for key in ("step", "exp_avg", "exp_avg_sq") for name in names}
    assert optimizer_tensors(optimizer, model).keys() == expected


def test_restoring_nothing_leaves_a_fresh_optimizer() -> None:
    model = net()
    optimizer = build_optimizer(model, CONFIG)
    restore_optimizer(optimizer, model, {"model.0.weight": torch.zeros(4, 3)})
    assert not optimizer.state


def test_weight_decay_pulls_on_matrices_alone() -> None:
    model = net()
    optimizer = build_optimizer(model, CONFIG)
    before = {name: weights.clone() for name, weights in model.named_parameters()}
    for weights in model.parameters():
        weights.grad = torch.zeros_like(weights)
    optimizer.step()
    for name, weights in model.named_parameters():
        shrunk = before[name] * (1 - 0.05 * 0.3) if weights.dim() > 1 else before[name]
        torch.testing.assert_close(weights.detach(), shrunk, rtol=0, atol=1e-7)


def test_rate_and_momentum_are_set_in_every_group() -> None:
    optimizer = build_optimizer(net(), CONFIG)
    set_rate(optimizer, 0.123, 0.87)
    assert [group["lr"] for group in optimizer.param_groups] == [0.123, 0.123]
    assert [group["betas"] for group in optimizer.param_groups] == [(0.87, pytest.approx(0.999))] * 2


def with_gradients(*values: list[float]) -> nn.Module:
    model = nn.ParameterList([nn.Parameter(torch.zeros(len(value))) for value in values])
    for weights, value in zip(model, values, strict=True):
        weights.grad = torch.tensor(value)
    return model


def gradients(model: nn.Module) -> list[list[float]]:
    return [weights.grad.tolist() for weights in model.parameters() if weights.grad is not None]


@pytest.mark.parametrize(
    ("clip_value", "clip_norm", "expected"),
    [
        (None, 100.0, [[3.0, -4.0], [0.0, 12.0]]),
        (None, 6.5, [[1.5, -2.0], [0.0, 6.0]]),
        (3.5, 100.0, [[3.0, -3.5], [0.0, 3.5]]),
        (1.0, 0.5, [[0.5 / 3**0.5, -0.5 / 3**0.5], [0.0, 0.5 / 3**0.5]]),  # by value first: three equal elements left
        (20.0, 100.0, [[3.0, -4.0], [0.0, 12.0]]),
    ],
)
def test_gradients_are_cut_off_at_a_value_and_then_scaled_to_a_norm(
    clip_value: float | None, clip_norm: float, expected: list[list[float]]
) -> None:
    model = with_gradients([3.0, -4.0], [0.0, 12.0])
    norm = clip_gradients(model, TrainingConfig(clip_value=clip_value, clip_norm=clip_norm))
    assert norm.item() == pytest.approx(13.0)
    for row, wanted in zip(gradients(model), expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("clip_value", [None, 1.0])
@pytest.mark.parametrize("bad", [float("inf"), float("nan")])
def test_clipping_does_not_hide_a_gradient_that_is_not_finite(clip_value: float | None, bad: float) -> None:
    model = with_gradients([1.0, bad])
    assert not clip_gradients(model, TrainingConfig(clip_value=clip_value)).isfinite()
