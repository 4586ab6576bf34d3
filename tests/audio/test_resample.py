import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.audio import Audio, resample, resample_blocks
from speechrnn.errors import AudioError


def tone(rate: int, frequency_hz: float = 440.0, seconds: float = 1.0) -> Audio:
    samples = 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(round(rate * seconds)) / rate)
    return Audio(samples.astype(np.float32), rate)


@pytest.mark.parametrize(("old", "new"), [(8000, 16000), (44100, 16000), (22050, 16000), (16000, 8000)])
def test_a_resampled_tone_is_the_tone_at_the_new_rate(old: int, new: int) -> None:
    resampled = resample(tone(old), new)
    assert resampled.sample_rate_hz == new
    assert len(resampled.samples) == new
    inner = slice(new // 10, -new // 10)  # the filter rings at both ends
    np.testing.assert_allclose(resampled.samples[inner], tone(new).samples[inner], atol=1e-3)


def test_frequencies_the_new_rate_cannot_hold_are_removed_not_folded_back() -> None:
    resampled = resample(tone(16000, frequency_hz=7000), 8000)
    assert np.abs(resampled.samples[800:-800]).max() < 1e-3


def test_the_same_rate_returns_the_same_audio() -> None:
    audio = tone(16000)
    assert resample(audio, 16000) is audio


def test_overshoot_is_clipped_to_full_scale() -> None:
    square = Audio(np.sign(tone(8000).samples + 1e-9).astype(np.float32), 8000)
    resampled = resample(square, 16000)
    assert np.abs(resampled.samples).max() == 1.0
    assert resampled.samples.dtype == np.float32


@pytest.mark.parametrize("rate", [0, -16000])
def test_a_rate_that_is_not_positive_is_refused(rate: int) -> None:
    with pytest.raises(AudioError, match=f"sample rate {rate} Hz: wanted a positive"):
        resample(tone(8000), rate)


@given(
    st.sampled_from([(8000, 16000), (44100, 16000), (11025, 8000), (8000, 8000)]),
    st.lists(st.integers(0, 6000), max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_blocks_resampled_one_by_one_are_the_whole_resampled(rates: tuple[int, int], lengths: list[int]) -> None:
    old, new = rates
    samples = np.random.default_rng(sum(lengths)).uniform(-1, 1, sum(lengths)).astype(np.float32)
    blocks = np.split(samples, np.cumsum(lengths)[:-1]) if lengths else []
    joined = np.concatenate([np.zeros(0, np.float32), *resample_blocks(blocks, old, new)])
    np.testing.assert_array_equal(joined, resample(Audio(samples, old), new).samples)
    assert joined.dtype == np.float32


def test_blocks_are_refused_a_rate_that_is_not_positive() -> None:
    with pytest.raises(AudioError, match="sample rate 0 Hz: wanted a positive"):
        next(resample_blocks([np.zeros(1, np.float32)], 8000, 0))
