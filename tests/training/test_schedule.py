"""The learning rate as a closed form of a run's progress."""

import math

import pytest

from speechrnn.recipe import TrainingConfig
from speechrnn.training.schedule import half_cosine, learning_rate, momentum

PEAK = 0.002


def config(schedule: str, warmup: float = 0.2) -> TrainingConfig:
    return TrainingConfig(schedule=schedule, warmup_fraction=warmup, learning_rate=PEAK)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("schedule", "progress", "factor"),
    [
        ("one_cycle", 0.0, 1 / 25),
        ("one_cycle", 0.1, (1 / 25 + 1) / 2),
        ("one_cycle", 0.2, 1.0),
        ("one_cycle", 0.6, (1 + 1e-3) / 2),
        ("one_cycle", 1.0, 1e-3),
        ("cosine", 0.0, 1 / 25),
        ("cosine", 0.1, (1 / 25 + 1) / 2),
        ("cosine", 0.2, 1.0),
        ("cosine", 0.4, (1 + math.cos(math.pi / 4)) / 2),
        ("cosine", 0.6, 0.5),
        ("cosine", 1.0, 0.0),
        ("plateau", 0.0, 1 / 25),
        ("plateau", 0.05, 1 / 25 + 24 / 25 / 4),
        ("plateau", 0.2, 1.0),
        ("plateau", 1.0, 1.0),
    ],
)
def test_the_rate_at_points_worked_by_hand(schedule: str, progress: float, factor: float) -> None:
    assert learning_rate(config(schedule), progress, halvings=0) == pytest.approx(PEAK * factor, abs=1e-12)


@pytest.mark.parametrize("schedule", ["one_cycle", "cosine", "plateau"])
def test_the_rate_rises_through_the_warm_up_and_never_after(schedule: str) -> None:
    rates = [learning_rate(config(schedule), step / 100, 0) for step in range(101)]
    assert rates[:21] == sorted(rates[:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert max(rates) == pytest.approx(PEAK)
    jumps = [abs(second - first) for first, second in zip(rates, rates[1:], strict=False)]
    assert max(jumps) < 0.1 * PEAK


@pytest.mark.parametrize("schedule", ["one_cycle", "cosine", "plateau"])
def test_without_warm_up_the_first_step_has_the_full_rate(schedule: str) -> None:
    assert learning_rate(config(schedule, warmup=0.0), 0.0, 0) == pytest.approx(PEAK)


def test_only_the_plateau_rule_halves() -> None:
    assert [learning_rate(config("plateau"), 0.5, halvings) for halvings in range(3)] == [PEAK, PEAK / 2, PEAK / 4]
    for schedule in ("one_cycle", "cosine"):
        assert learning_rate(config(schedule), 0.5, 3) == learning_rate(config(schedule), 0.5, 0)


def test_momentum_is_low_where_the_one_cycle_rate_is_high() -> None:
    points = {0.0: 0.95, 0.1: 0.9, 0.2: 0.85, 0.6: 0.9, 1.0: 0.95}
    for progress, expected in points.items():
        assert momentum(config("one_cycle"), progress) == pytest.approx(expected)
        assert momentum(config("cosine"), progress) == 0.9


def test_half_a_cosine_is_flat_at_both_ends() -> None:
    assert half_cosine(3, 7, 0) == 3
    assert half_cosine(3, 7, 1) == half_cosine(3, 7, 1.5) == pytest.approx(7)
    assert half_cosine(0, 1, 0.01) < 0.001
    assert half_cosine(0, 1, 0.99) > 0.999
