import numpy as np
import pytest
import torch

from speechrnn.features.augment import augment_samples, mask_features
from speechrnn.recipe import AugmentConfig

RATE = 8000


def rng(seed=1):
    return np.random.default_rng(seed)


def tone(num_samples=RATE, hz=500.0, level=0.2):
    return (level * np.sin(2 * np.pi * hz * np.arange(num_samples) / RATE)).astype(np.float32)


def test_defaults_change_nothing_and_draw_nothing():
    generator = rng()
    before = generator.bit_generator.state
    assert np.array_equal(augment_samples(tone(), RATE, AugmentConfig(), generator), tone())
    features = torch.randn(20, 6)
    assert torch.equal(mask_features(features, 6, AugmentConfig(), generator), features)
    assert generator.bit_generator.state == before


EVERYTHING = AugmentConfig(
    speed_factors=(0.9, 1.0, 1.1), gain_db=6, noise_probability=0.7, num_time_masks=2, num_feature_masks=2
)


def test_same_seed_gives_the_same_samples_and_masks_and_another_seed_others():
    features = torch.randn(50, 39, generator=torch.Generator().manual_seed(1))
    samples = [augment_samples(tone(), RATE, EVERYTHING, rng(seed)) for seed in (5, 5, 6)]
    masked = [mask_features(features, 13, EVERYTHING, rng(seed)) for seed in (5, 5, 6)]
    assert np.array_equal(samples[0], samples[1])
    assert torch.equal(masked[0], masked[1])
    assert not np.array_equal(samples[0], samples[2])
    assert not torch.equal(masked[0], masked[2])


def test_samples_that_came_are_never_written_to():
    samples = tone()
    features = torch.randn(50, 39, generator=torch.Generator().manual_seed(1))
    kept, kept_features = samples.copy(), features.clone()
    for seed in range(5):
        augment_samples(samples, RATE, EVERYTHING, rng(seed))
        mask_features(features, 13, EVERYTHING, rng(seed))
    assert np.array_equal(samples, kept)
    assert torch.equal(features, kept_features)


@pytest.mark.parametrize("factor", [0.5, 0.9, 1.0, 1.1, 2.0])
@pytest.mark.parametrize("num_samples", [0, 1, 7, 1000, 8001])
def test_speed_divides_the_length(factor, num_samples):
    changed = augment_samples(tone(num_samples), RATE, AugmentConfig(speed_factors=(factor,)), rng())
    assert len(changed) == int(num_samples / factor + 0.5)
    assert changed.dtype == np.float32


def test_speed_moves_the_pitch_with_it():
    faster = augment_samples(tone(hz=500), RATE, AugmentConfig(speed_factors=(1.1,)), rng())
    peak_hz = np.abs(np.fft.rfft(faster, n=RATE)).argmax()
    assert peak_hz == pytest.approx(550, abs=2)


def test_every_speed_factor_is_drawn():
    config = AugmentConfig(speed_factors=(0.9, 1.0, 1.1))
    generator = rng()
    lengths = {len(augment_samples(tone(900), RATE, config, generator)) for _ in range(50)}
    assert lengths == {1000, 900, 818}


def test_gain_is_drawn_evenly_between_minus_and_plus():
    generator = rng()
    config = AugmentConfig(gain_db=6)
    levels = [
        20 * np.log10(augment_samples(tone(64), RATE, config, generator).std() / tone(64).std()) for _ in range(400)
    ]
    assert -6 <= min(levels) < -5.5
    assert 5.5 < max(levels) <= 6
    assert abs(np.mean(levels)) < 0.6


def test_result_stays_within_full_scale():
    loud = augment_samples(tone(level=1.0), RATE, AugmentConfig(gain_db=20, noise_probability=1), rng(3))
    assert np.abs(loud).max() <= 1


@pytest.mark.parametrize("snr_db", [0.0, 15.0, 30.0])
@pytest.mark.parametrize("seed", range(4))
def test_noise_has_the_ratio_asked_for(snr_db, seed):
    config = AugmentConfig(noise_probability=1, noise_snr_db=(snr_db, snr_db))
    noise = augment_samples(tone(), RATE, config, rng(seed)) - tone()
    assert 10 * np.log10(np.mean(tone() ** 2) / np.mean(noise**2)) == pytest.approx(snr_db, abs=0.05)


def test_noise_is_white_or_pink_in_turn():
    config = AugmentConfig(noise_probability=1, noise_snr_db=(20, 20))
    generator = rng()
    slopes = []
    for _ in range(40):
        power = np.abs(np.fft.rfft(augment_samples(tone(), RATE, config, generator) - tone())) ** 2
        slopes.append(np.log2(power[1000:2000].mean() / power[2000:4000].mean()))
    # Power per octave up: as it is in white noise, half in pink.
    white = [slope for slope in slopes if slope < 0.5]
    pink = [slope for slope in slopes if slope >= 0.5]
    assert 10 < len(white) < 30
    assert np.mean(white) == pytest.approx(0, abs=0.1)
    assert np.mean(pink) == pytest.approx(1, abs=0.1)


def test_share_of_noisy_utterances_is_the_probability():
    config = AugmentConfig(noise_probability=0.3)
    generator = rng()
    changed = sum(not np.array_equal(augment_samples(tone(64), RATE, config, generator), tone(64)) for _ in range(1000))
    assert changed == pytest.approx(300, abs=50)


def test_single_sample_is_left_alone_by_pink_noise_and_kept_finite_by_white():
    config = AugmentConfig(noise_probability=1)
    results = [augment_samples(np.float32([0.5]), RATE, config, rng(seed)) for seed in range(20)]
    assert all(np.isfinite(result).all() for result in results)
    assert any(result[0] == 0.5 for result in results)
    assert any(result[0] != 0.5 for result in results)


@pytest.mark.parametrize("num_samples", [0, 1, 2, 100])
def test_silence_gets_no_noise(num_samples):
    silence = np.zeros(num_samples, np.float32)
    for seed in range(4):
        changed = augment_samples(silence, RATE, AugmentConfig(noise_probability=1), rng(seed))
        assert np.array_equal(changed, silence)


def masked_rows(features):
    return (features == 0).all(1)


def longest_run(mask):
    longest = run = 0
    for value in mask.tolist():
        run = run + 1 if value else 0
        longest = max(longest, run)
    return longest


def test_time_masks_are_stretches_up_to_the_longest_allowed():
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=7)
    generator = rng()
    lengths = set()
    for _ in range(200):
        rows = masked_rows(mask_features(torch.ones(100, 6), 6, config, generator))
        assert int(rows.sum()) == longest_run(rows)
        lengths.add(int(rows.sum()))
    assert lengths == set(range(8))


@pytest.mark.parametrize("time", [0, 4, 5, 23])
def test_time_mask_is_never_over_a_fifth_of_the_utterance(time):
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=50)
    generator = rng()
    longest = max(int(masked_rows(mask_features(torch.ones(time, 6), 6, config, generator)).sum()) for _ in range(100))
    assert longest == time // 5


def test_time_masks_reach_the_first_and_the_last_frame():
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=3)
    generator = rng()
    rows = torch.stack([masked_rows(mask_features(torch.ones(20, 3), 3, config, generator)) for _ in range(300)]).any(0)
    assert rows.all()


def test_feature_mask_hits_static_features_and_deltas_at_the_same_bins():
    config = AugmentConfig(num_feature_masks=1, max_feature_mask_bins=4)
    generator = rng()
    widths = set()
    for _ in range(200):
        masked = mask_features(torch.ones(10, 39), 13, config, generator).view(10, 3, 13)
        bins = masked[0, 0] == 0
        assert torch.equal(masked == 0, bins.expand(10, 3, 13))
        assert int(bins.sum()) == longest_run(bins)
        widths.add(int(bins.sum()))
    assert widths == set(range(5))


@pytest.mark.parametrize("setting", ["num_time_masks", "num_feature_masks"])
def test_more_masks_hide_more(setting):
    def hidden(count):
        config = AugmentConfig(**{setting: count})
        return sum(int((mask_features(torch.ones(60, 39), 13, config, rng(seed)) == 0).sum()) for seed in range(30))

    assert 0 < hidden(1) < hidden(3)
