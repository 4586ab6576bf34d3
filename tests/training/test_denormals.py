"""Denormals, zero while training runs and only then."""

import pytest
import torch

from speechrnn.training.denormals import denormals_as_zero
from tests.mini_corpus import Silent
from tests.training.conftest import Train

AT_HAND = torch.set_flush_denormal(True)
torch.set_flush_denormal(False)

pytestmark = pytest.mark.skipif(not AT_HAND, reason="this processor cannot take denormals for zero")


def smallest() -> float:
    """Square a number whose square, 1e-40, is denormal in float32."""
    return float(torch.tensor([1e-20]).square())


def test_denormals_are_zero_inside_and_numbers_again_behind_it() -> None:
    assert smallest() > 0
    with denormals_as_zero():
        assert smallest() == 0
    assert smallest() > 0


def test_a_fault_inside_leaves_them_as_they_were() -> None:
    with pytest.raises(ZeroDivisionError, match="division by zero"), denormals_as_zero():
        raise ZeroDivisionError("division by zero")
    assert smallest() > 0


def test_every_step_of_training_takes_them_for_zero(train_mini: Train) -> None:
    seen: list[float] = []

    class Watching(Silent):
        def advance(self, steps: int = 1) -> None:
            """Look at the arithmetic between two steps."""
            seen.append(smallest())

    train_mini(reporter=Watching())
    assert seen
    assert set(seen) == {0}
    assert smallest() > 0
