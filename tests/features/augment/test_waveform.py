"""The order and the draws of what happens to samples."""

from typing import Any

import numpy as np
import pytest

from speechrnn.features.augment import waveform
from speechrnn.features.augment.waveform import augment_samples
from speechrnn.recipe import AugmentConfig
from tests.features.augment.signals import RATE, rng, tone

# One change at a time, each of them certain.
CHANGES: dict[str, dict[str, Any]] = {
    "change_speed": {"speed_factors": (0.9, 1.1)},
    "shift_pitch": {"pitch_semitones": 2},
    "tilt_spectrum": {"tilt_db_per_octave": 3},
    "add_room": {"room_probability": 1},
    "add_noise": {"noise_probability": 1},
    "limit_band": {"band_limit_probability": 1},
}
EVERYTHING: dict[str, Any] = {name: value for change in CHANGES.values() for name, value in change.items()}
SHARES = ["room_probability", "noise_probability", "band_limit_probability"]


def test_defaults_change_nothing_and_draw_nothing() -> None:
    generator = rng()
    before = generator.bit_generator.state
    assert np.array_equal(augment_samples(tone(), RATE, AugmentConfig(), generator), tone())
    assert generator.bit_generator.state == before
    assert not AugmentConfig().changes_waveforms


@pytest.mark.parametrize("settings", [*CHANGES.values(), {"gain_db": 6}], ids=[*CHANGES, "gain"])
def test_each_setting_changes_samples_and_says_so(settings: dict[str, Any]) -> None:
    config = AugmentConfig(**settings)
    assert config.changes_waveforms
    assert not np.array_equal(augment_samples(tone(), RATE, config, rng()), tone())


@pytest.mark.parametrize("settings", CHANGES.values(), ids=[*CHANGES])
def test_same_seed_gives_the_same_samples_and_another_seed_others(settings: dict[str, Any]) -> None:
    samples = [augment_samples(tone(), RATE, AugmentConfig(**settings), rng(seed)) for seed in (5, 5, 6)]
    assert np.array_equal(samples[0], samples[1])
    assert not np.array_equal(samples[0], samples[2])


def test_voice_comes_before_the_room_the_room_before_noise_and_the_line_last(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    for name in CHANGES:
        monkeypatch.setattr(waveform, name, lambda samples, *_, name=name: seen.append(name) or samples)
    augment_samples(tone(), RATE, AugmentConfig(**EVERYTHING), rng())
    assert seen == list(CHANGES)


def test_samples_that_came_are_never_written_to_and_none_leaves_full_scale() -> None:
    samples = tone(level=1.0)
    kept = samples.copy()
    for seed in range(3):
        changed = augment_samples(samples, RATE, AugmentConfig(gain_db=20, **EVERYTHING), rng(seed))
        assert np.abs(changed).max() <= 1
        assert changed.dtype == np.float32
    assert np.array_equal(samples, kept)


def test_every_speed_factor_is_drawn() -> None:
    config = AugmentConfig(speed_factors=(0.9, 1.0, 1.1))
    generator = rng()
    lengths = {len(augment_samples(tone(900), RATE, config, generator)) for _ in range(50)}
    assert lengths == {1000, 900, 818}


def test_gain_is_drawn_evenly_between_minus_and_plus() -> None:
    generator = rng()
    config = AugmentConfig(gain_db=6)
    levels = [
        20 * np.log10(augment_samples(tone(64), RATE, config, generator).std() / tone(64).std()) for _ in range(400)
    ]
    assert -6 <= min(levels) < -5.5
    assert 5.5 < max(levels) <= 6
    assert abs(np.mean(levels)) < 0.6


@pytest.mark.parametrize("setting", SHARES)
def test_share_of_changed_utterances_is_the_probability(setting: str) -> None:
    config = AugmentConfig(**{setting: 0.3})
    generator = rng()
    changed = sum(not np.array_equal(augment_samples(tone(64), RATE, config, generator), tone(64)) for _ in range(1000))
    assert changed == pytest.approx(300, abs=50)


RANGES = {
    "add_room": {"room_probability": 1, "room_rt60_seconds": (0.2, 0.4), "room_direct_db": (3, 9)},
    "add_noise": {"noise_probability": 1, "noise_snr_db": (5, 15)},
    "limit_band": {"band_limit_probability": 1, "band_limit_low_hz": (100, 200), "band_limit_high_hz": (2000, 3000)},
}


@pytest.mark.parametrize("name", RANGES)
def test_what_is_drawn_fills_its_ranges(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    drawn: list[list[float]] = []

    def watched(samples: Any, *arguments: Any) -> Any:
        drawn.append([value for value in arguments if isinstance(value, float)])
        return samples

    monkeypatch.setattr(waveform, name, watched)
    generator, config = rng(), AugmentConfig(**RANGES[name])
    for _ in range(200):
        augment_samples(tone(64), RATE, config, generator)
    ranges = [span for span in RANGES[name].values() if isinstance(span, tuple)]
    for values, (low, high) in zip(np.transpose(drawn), ranges, strict=True):
        assert low <= values.min() < low + 0.1 * (high - low)
        assert high - 0.1 * (high - low) < values.max() <= high
