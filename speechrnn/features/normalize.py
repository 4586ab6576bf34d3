"""Cepstral mean and variance normalisation (CMVN), per utterance or with the training set's statistics.

A value becomes `(value - mean) * scale` with `scale = 1 / sqrt(max(variance, VARIANCE_FLOOR))`, the variance divided by
the number of frames. The floor keeps single frames and digital silence, whose variance is nothing, at zero. The mean of
an utterance is taken away twice: in float32 the first time leaves some of its rounding behind.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from speechrnn.errors import FeatureError
from speechrnn.recipe import FeaturesConfig

VARIANCE_FLOOR = 1e-5
"""Far below the variance of any delta of real speech (about 1e-4 under the smallest scale, Sphinx's)."""


class Normalizer(nn.Module):
    """Brings every feature to mean 0 and variance 1.

    Attributes:
        cmvn: "none", "utterance" or "global".
        mean: buffer `(num_features,)`, the global mean; zeros unless `fit` or a checkpoint set it.
        scale: buffer `(num_features,)`, the global reciprocal of the standard deviation; ones until then.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, config: FeaturesConfig) -> None:
        """Make a normaliser of the kind `config.cmvn`."""
        super().__init__()
        self.cmvn = config.cmvn
        self.register_buffer("mean", torch.zeros(config.num_features))
        self.register_buffer("scale", torch.ones(config.num_features))

    def forward(self, features: Tensor, lengths: Tensor) -> Tensor:
        """Normalise a batch.

        Args:
            features: `(batch, time, num_features)`; what stands past a length is ignored.
            lengths: frames per utterance, `(batch,)`.

        Returns:
            `(batch, time, num_features)`, zero past each length.
        """
        lengths = lengths.to(features.device)
        padding = (torch.arange(features.shape[1], device=features.device) >= lengths.unsqueeze(1)).unsqueeze(2)
        features = features.masked_fill(padding, 0.0)
        if self.cmvn == "utterance":
            features = _normalize_each(features, lengths, padding)
        elif self.cmvn == "global":
            features = (features - self.mean) * self.scale
        return features.masked_fill(padding, 0.0)

    def fit(self, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Set `mean` and `scale` to the statistics of all valid frames.

        Args:
            batches: pairs of features `(batch, time, num_features)` and lengths `(batch,)`, not normalised.

        Raises:
            FeatureError: there is no frame at all.
        """
        count, total, squares = (
            0,
            self.mean.new_zeros(1, dtype=torch.float64),
            self.mean.new_zeros(1, dtype=torch.float64),
        )
        for features, lengths in batches:
            valid = torch.arange(features.shape[1], device=features.device) < lengths.to(features.device).unsqueeze(1)
            frames = features[valid].double().to(self.mean.device)
            count += len(frames)
            total = total + frames.sum(0)
            squares = squares + frames.square().sum(0)
        if count == 0:
            raise FeatureError("global CMVN: no feature frame came, at least one is wanted; check the training part")
        mean = total / count
        self.mean.copy_(mean)
        self.scale.copy_((squares / count - mean.square()).clamp(min=VARIANCE_FLOOR).rsqrt())


def _normalize_each(features: Tensor, lengths: Tensor, padding: Tensor) -> Tensor:
    """Normalise each utterance by its own statistics; `features` are zero where `padding` is true."""
    count = lengths.clamp(min=1).to(features.dtype).reshape(-1, 1, 1)
    centred = features
    for _ in range(2):
        # The second time takes away the rounding of the first mean, which under the floor of silence would show.
        centred = (centred - centred.sum(1, keepdim=True) / count).masked_fill(padding, 0.0)
    variance = centred.square().sum(1, keepdim=True) / count
    return centred * variance.clamp(min=VARIANCE_FLOOR).rsqrt()
