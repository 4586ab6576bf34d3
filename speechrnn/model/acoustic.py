"""The acoustic model: features in, CTC log-probabilities out."""

import torch
from torch import Tensor, nn

from speechrnn.errors import FeatureError
from speechrnn.model.encoder import Encoder
from speechrnn.model.subsample import build_subsampling
from speechrnn.recipe import ModelConfig


class AcousticModel(nn.Module):
    """Subsampling, recurrent encoder, linear CTC head and log-softmax.

    What it gives for an utterance depends on neither the padding nor the other utterances of its batch.
    """

    def __init__(self, config: ModelConfig, num_features: int, vocab_size: int) -> None:
        """Make a model.

        Args:
            config: the recipe's model section.
            num_features: values per feature frame.
            vocab_size: labels, the blank (0) included.
        """
        super().__init__()
        self.num_features = num_features
        self.subsample = build_subsampling(config, num_features)
        self.encoder = Encoder(config, self.subsample.output_size)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(self.encoder.output_size, vocab_size)

    def forward(self, features: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Score every label at every output frame.

        Args:
            features: `(batch, time, num_features)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            Natural-log probabilities `(batch, ceil(time / subsampling_factor), vocab_size)` and their lengths.

        Raises:
            FeatureError: the last axis is not `num_features` wide.
        """
        if features.shape[-1] != self.num_features:
            raise FeatureError(
                f"features: {features.shape[-1]} values per frame came, the model wants {self.num_features}; "
                "use the front end the model was trained with"
            )
        frames, lengths = self.subsample(features, lengths)
        encoded = self.dropout(self.encoder(frames, lengths))
        return torch.log_softmax(self.head(encoded), dim=2), lengths


def num_parameters(model: nn.Module) -> int:
    """Count trainable weights."""
    return sum(weights.numel() for weights in model.parameters() if weights.requires_grad)
