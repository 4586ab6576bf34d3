"""SpecAugment (Park et al. 2019) without time warping: stretches of frames and bands of features set to 0.

0 is the mean after normalisation.
"""

import numpy as np
from torch import Tensor

from speechrnn.recipe import AugmentConfig


def mask_features(features: Tensor, num_static: int, config: AugmentConfig, rng: np.random.Generator) -> Tensor:
    """Set stretches of frames and bands of features to 0.

    Args:
        features: `(time, feat)` of one utterance, normalised; `feat` is a multiple of `num_static`.
        num_static: values per frame before deltas; a band is masked alike in static features and deltas.
        config: the recipe's augment section.
        rng: where every draw comes from.

    Returns:
        `(time, feat)`; a new tensor where something is masked.
    """
    if config.num_time_masks == 0 and config.num_feature_masks == 0:
        return features
    features = features.clone()
    longest = min(config.max_time_mask_frames, int(len(features) * config.max_time_mask_share))
    for _ in range(config.num_time_masks):
        features[_stretch(longest, len(features), rng)] = 0
    widest = min(config.max_feature_mask_bins, num_static)
    blocks = features.view(len(features), features.shape[1] // num_static, num_static)
    for _ in range(config.num_feature_masks):
        blocks[:, :, _stretch(widest, num_static, rng)] = 0
    return features


def _stretch(longest: int, available: int, rng: np.random.Generator) -> slice:
    """Draw a length from 0 to `longest`, then where it lies; every place is as likely as any other."""
    length = int(rng.integers(longest + 1))
    start = int(rng.integers(available - length + 1))
    return slice(start, start + length)
