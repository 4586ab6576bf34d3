"""The rate of speaking, on static features."""

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from speechrnn.features.augment.tempo import change_tempo, num_frames_at
from tests.features.augment.signals import rng

FACTORS = [0.5, 0.8, 0.97, 1.1, 1.5, 2.0]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("frames", [1, 2, 7, 100])
def test_frames_are_those_of_linear_interpolation(factor: float, frames: int) -> None:
    static = rng().standard_normal((frames, 13)).astype(np.float32)
    changed = change_tempo(static, factor)
    rows = torch.from_numpy(static.T.copy()).unsqueeze(0)
    expected = interpolate(rows, size=num_frames_at(frames, factor), mode="linear", align_corners=False)[0].T
    assert changed.dtype == np.float32
    np.testing.assert_allclose(changed, expected.numpy(), atol=1e-4)  # torch counts time in float32


def test_twice_as_fast_is_the_mean_of_every_two_frames() -> None:
    static = np.float32([[0, 10], [2, 20], [4, 30], [8, 0]])
    np.testing.assert_allclose(change_tempo(static, 2.0), [[1, 15], [6, 15]])


@pytest.mark.parametrize(
    ("frames", "factor", "expected"), [(0, 0.5, 0), (1, 2.0, 1), (3, 2.0, 2), (10, 0.8, 13), (10, 1.0, 10), (1, 0.5, 2)]
)
def test_frames_are_counted_as_worked_by_hand(frames: int, factor: float, expected: int) -> None:
    assert num_frames_at(frames, factor) == expected
    assert change_tempo(np.ones((frames, 2), np.float32), factor).shape == (expected, 2)


def test_a_tempo_of_one_changes_nothing() -> None:
    static = rng().standard_normal((9, 3)).astype(np.float32)
    assert change_tempo(static, 1.0) is static
