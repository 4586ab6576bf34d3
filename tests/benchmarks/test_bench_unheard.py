"""What `benchmarks/bench_unheard.py` lets its models hear."""

import re
from pathlib import Path

import bench_unheard
import numpy as np
import pytest

from speechrnn.audio import Audio

RATE = 16_000
TONE = Audio((0.4 * np.sin(np.arange(RATE) / 5)).astype(np.float32), RATE)


def test_the_wrong_folder_is_named_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"error: {re.escape(str(tmp_path))}: no folder feat .* an4_mfc, was wanted"):
        bench_unheard.main(tmp_path, [Path("digits")])


def test_noise_lies_as_far_below_the_speech_as_stated() -> None:
    heard = bench_unheard.in_noise(TONE, np.random.default_rng(0)).samples
    ratio = np.mean(TONE.samples**2) / np.mean((heard - TONE.samples) ** 2)
    assert 10 * np.log10(ratio) == pytest.approx(15, abs=0.2)


def test_silence_around_leaves_the_speech_in_the_middle() -> None:
    heard = bench_unheard.in_silence(TONE, np.random.default_rng(0)).samples
    edge = round(0.7 * RATE)
    assert not heard[:edge].any()
    assert not heard[-edge:].any()
    np.testing.assert_array_equal(heard[edge:-edge], TONE.samples)


def test_quietly_is_thirty_decibels_down() -> None:
    heard = bench_unheard.quiet(TONE, np.random.default_rng(0)).samples
    assert 20 * np.log10(np.abs(heard).max() / np.abs(TONE.samples).max()) == pytest.approx(-30, abs=1e-3)
