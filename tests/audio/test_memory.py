"""Samples in memory, read as a recording is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechrnn.audio import AudioStream
from speechrnn.audio.memory import ArrayDecoder
from speechrnn.errors import AudioError


def whole(samples: np.ndarray, seconds: float = 30.0) -> np.ndarray:
    return np.concatenate(list(AudioStream("samples", ArrayDecoder(samples, 10)).blocks(seconds)))


@given(
    num_samples=st.integers(1, 50), num_channels=st.none() | st.integers(1, 3), seconds=st.sampled_from([0.1, 0.7, 9.0])
)
def test_every_sample_comes_once_in_order_however_long_the_blocks(
    num_samples: int, num_channels: int | None, seconds: float
) -> None:
    shape = (num_samples,) if num_channels is None else (max(num_samples, num_channels), num_channels)
    samples = np.random.default_rng(0).uniform(-1, 1, shape)
    assert np.array_equal(whole(samples, seconds), samples.reshape(len(samples), -1).astype(np.float32))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (np.int16, [-32768, 0, 16384]),
        (np.int32, [-(2**31), 0, 2**30]),
        (np.uint8, [0, 128, 192]),
        (np.float64, [-1.0, 0.0, 0.5]),
    ],
)
def test_every_type_has_its_own_full_scale(kind: type, values: list[float]) -> None:
    assert whole(np.array(values, kind))[:, 0].tolist() == [-1.0, 0.0, 0.5]


def test_a_part_is_read_from_its_start() -> None:
    stream = AudioStream("samples", ArrayDecoder(np.arange(8) / np.float32(8), 10))
    blocks = list(stream.blocks(start_seconds=0.3, duration_seconds=0.4))
    assert np.concatenate(blocks)[:, 0].tolist() == [3 / 8, 4 / 8, 5 / 8, 6 / 8]


def test_a_little_over_full_scale_is_clipped() -> None:
    assert whole(np.array([1.2, -1.1, 0.5]))[:, 0].tolist() == [1.0, -1.0, 0.5]


@pytest.mark.parametrize(
    ("samples", "rate", "reason"),
    [
        (np.array([3000.0, -2.0]), 8000, "samples reach 3000: floats with full scale 1 .*divide 16-bit ones by 32768"),
        (np.zeros((2, 3, 4)), 8000, r"shape \(2, 3, 4\): wanted \(num_samples,\)"),
        (np.zeros((800, 0)), 8000, r"shape \(800, 0\): wanted \(num_samples,\)"),
        (np.zeros((2, 800)), 8000, r"shape \(2, 800\): .*transpose them"),
        (np.array(["a"]), 8000, "type <U1: wanted floats"),
        (np.zeros(8), 0, "at 0 Hz: wanted a positive number"),
        (np.zeros(0), 8000, "holds no samples"),
        (np.array([0.1, np.nan]), 8000, "not finite"),
        (np.array([0.1, np.inf]), 8000, "not finite"),
    ],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray, rate: int, reason: str) -> None:
    with pytest.raises(AudioError, match=reason):
        list(AudioStream("samples", ArrayDecoder(samples, rate)).blocks())
