"""SpecAugment's masks."""

import pytest
import torch
from torch import Tensor

from speechrnn.features.augment.masks import mask_features
from speechrnn.recipe import AugmentConfig
from tests.features.augment.signals import rng


def masked_rows(features: Tensor) -> Tensor:
    return (features == 0).all(1)


def longest_run(mask: Tensor) -> int:
    longest = run = 0
    for value in mask.tolist():
        run = run + 1 if value else 0
        longest = max(longest, run)
    return longest


def test_defaults_change_nothing_and_draw_nothing() -> None:
    generator, features = rng(), torch.randn(20, 6)
    before = generator.bit_generator.state
    assert torch.equal(mask_features(features, 6, AugmentConfig(), generator), features)
    assert generator.bit_generator.state == before


def test_same_seed_gives_the_same_masks_another_others_and_what_came_is_not_written_to() -> None:
    features = torch.randn(50, 39, generator=torch.Generator().manual_seed(1))
    kept = features.clone()
    config = AugmentConfig(num_time_masks=2, num_feature_masks=2)
    masked = [mask_features(features, 13, config, rng(seed)) for seed in (5, 5, 6)]
    assert torch.equal(masked[0], masked[1])
    assert not torch.equal(masked[0], masked[2])
    assert torch.equal(features, kept)


def test_time_masks_are_stretches_up_to_the_longest_allowed() -> None:
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=7)
    generator = rng()
    lengths = set()
    for _ in range(200):
        rows = masked_rows(mask_features(torch.ones(100, 6), 6, config, generator))
        assert int(rows.sum()) == longest_run(rows)
        lengths.add(int(rows.sum()))
    assert lengths == set(range(8))


@pytest.mark.parametrize(
    ("share", "time", "longest"),
    [(0.2, 0, 0), (0.2, 4, 0), (0.2, 5, 1), (0.2, 23, 4), (0.2, 35, 7), (0.5, 23, 11), (0.07, 100, 7), (1.0, 9, 9)],
)
def test_time_mask_is_never_over_its_share_of_the_utterance(share: float, time: int, longest: int) -> None:
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=50, max_time_mask_share=share)
    generator = rng()
    found = {int(masked_rows(mask_features(torch.ones(time, 6), 6, config, generator)).sum()) for _ in range(150)}
    assert found == set(range(longest + 1))


def test_a_fifth_is_a_fifth_of_every_length_to_the_frame() -> None:
    config = AugmentConfig()
    assert all(int(time * config.max_time_mask_share) == time // 5 for time in range(100_000))


def test_time_masks_reach_the_first_and_the_last_frame() -> None:
    config = AugmentConfig(num_time_masks=1, max_time_mask_frames=3)
    generator = rng()
    rows = torch.stack([masked_rows(mask_features(torch.ones(20, 3), 3, config, generator)) for _ in range(300)]).any(0)
    assert rows.all()


def test_feature_mask_hits_static_features_and_deltas_at_the_same_bins() -> None:
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
def test_more_masks_hide_more(setting: str) -> None:
    def hidden(count: int) -> int:
        config = AugmentConfig(**{setting: count})
        return sum(int((mask_features(torch.ones(60, 39), 13, config, rng(seed)) == 0).sum()) for seed in range(30))

    assert 0 < hidden(1) < hidden(3)
