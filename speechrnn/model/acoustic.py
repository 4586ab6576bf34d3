"""The acoustic model: features in, CTC log-probabilities out."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from speechrnn.errors import FeatureError
from speechrnn.model.dropout import build_dropout
from speechrnn.model.encoder import Encoder
from speechrnn.model.subsample import build_subsampling
from speechrnn.recipe import ModelConfig


@dataclass(frozen=True, slots=True, eq=False)
class AcousticOutputs:
    """What training sees of a batch.

    Attributes:
        log_probs: natural-log probabilities of the labels, `(batch, time, vocab)`.
        lengths: output frames per utterance, `(batch,)`.
        intermediate: the same as `log_probs`, for each of the recipe's `inter_layers` in turn.
    """

    log_probs: Tensor
    lengths: Tensor
    intermediate: tuple[Tensor, ...]


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
        self.dropout = build_dropout(config)
        self.head = nn.Linear(self.encoder.output_size, vocab_size)
        self.inter_layers = config.inter_layers

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
        frames, lengths = self._subsampled(features, lengths)
        return self._scored(self.encoder(frames, lengths)), lengths

    def outputs(self, features: Tensor, lengths: Tensor) -> AcousticOutputs:
        """Score as `forward` does, and with the same head what the intermediate layers give.

        So each of them learns to be of use to CTC by itself (InterCTC, Lee and Watanabe 2021). Decoding has no use for
        those scores, and nothing is exported for them.

        Args:
            features: `(batch, time, num_features)`, zero past each length.
            lengths: `(batch,)`.

        Returns:
            Log-probabilities of the last layer and of each of the recipe's `inter_layers`.

        Raises:
            FeatureError: the last axis is not `num_features` wide.
        """
        frames, lengths = self._subsampled(features, lengths)
        encoded = list(self.encoder.each_layer(frames, lengths))
        last, *intermediate = (self._scored(encoded[number - 1]) for number in (len(encoded), *self.inter_layers))
        return AcousticOutputs(last, lengths, tuple(intermediate))

    def _subsampled(self, features: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        if features.shape[-1] != self.num_features:
            raise FeatureError(
                f"features: {features.shape[-1]} values per frame came, the model wants {self.num_features}; "
                "use the front end the model was trained with"
            )
        frames, lengths = self.subsample(features, lengths)
        return frames, lengths

    def _scored(self, encoded: Tensor) -> Tensor:
        return torch.log_softmax(self.head(self.dropout(encoded)), dim=2)


def num_parameters(model: nn.Module) -> int:
    """Count trainable weights."""
    return sum(weights.numel() for weights in model.parameters() if weights.requires_grad)
