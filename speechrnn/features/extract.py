"""The whole way from samples to the features a model sees: front end, deltas, normalisation."""

import torch
from torch import Tensor, nn

from speechrnn.errors import FeatureError
from speechrnn.features.deltas import append_deltas
from speechrnn.features.mfcc import FrontEnd
from speechrnn.features.normalize import Normalizer
from speechrnn.recipe import FeaturesConfig


class FeatureExtractor(nn.Module):
    """Front end, deltas and normaliser in one module.

    Attributes:
        config: the recipe's features section.
        front_end: samples to static features.
        deltas: derivatives appended to every frame, 0 to 2.
        normalizer: CMVN over static features and deltas.
    """

    def __init__(self, config: FeaturesConfig) -> None:
        """Make the extractor that `config` describes."""
        super().__init__()
        self.config = config
        self.deltas = config.deltas
        self.front_end = FrontEnd(config)
        self.normalizer = Normalizer(config)

    @property
    def num_features(self) -> int:
        """Values per frame that come out."""
        return self.config.num_features

    def forward(self, samples: Tensor, sample_lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Turn samples `(batch, num_samples)` in [-1, 1] into normalised features.

        Returns:
            Features `(batch, time, num_features)`, zero past each length, and `feature_lengths (batch,)` int64.
        """
        return self.from_static(*self.front_end(samples, sample_lengths))

    def from_static(self, static: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Turn static features `(batch, time, num_static)`, computed or stored, into normalised features.

        Returns:
            Features `(batch, time, num_features)`, zero past each length, and the same lengths.

        Raises:
            FeatureError: the last axis is not `num_static` wide.
        """
        return self.normalizer(self.unnormalized(static, lengths), lengths), lengths

    def unnormalized(self, static: Tensor, lengths: Tensor) -> Tensor:
        """Return static features with deltas but without CMVN, as `Normalizer.fit` wants them.

        Raises:
            FeatureError: the last axis is not `num_static` wide.
        """
        if static.shape[2] != self.config.num_static:
            raise FeatureError(
                f"features: {static.shape[2]} static values per frame came, the recipe says {self.config.num_static}; "
                "set features.num_ceps to what the corpus stores"
            )
        return append_deltas(static.to(torch.float32), lengths, self.deltas)
