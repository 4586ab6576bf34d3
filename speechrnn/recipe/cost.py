"""How large a recipe's network is, and how much it multiplies, without making it: no torch.

Everything below the output layer is counted, whose size only the alphabet tells. A network of some thousand labels
(Mandarin characters) has that much more; one that spells has a per cent or two. `speechrnn/model/operations.py` counts
the same from the weights of a network that is there, and a test holds the two equal.
"""

from dataclasses import dataclass
from typing import Final

from speechrnn.recipe.features import FeaturesConfig
from speechrnn.recipe.model import ModelConfig
from speechrnn.recipe.strides import MORE_KERNEL, prime_factors

INPUT_GATES: Final = {"rnn": 1, "lstm": 4, "gru": 3, "ligru": 2, "lnlstm": 4, "mingru": 2, "minlstm": 3}
"""Matrices that multiply a layer's input, by cell."""

RECURRENT_GATES: Final = INPUT_GATES | {"mingru": 0, "minlstm": 0}
"""Matrices that multiply its state."""

_UTTERANCE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class NetworkCost:
    """Of the network below its output layer.

    Attributes:
        num_weights: values in its matrices and kernels.
        operations: multiplications with an addition, per second of audio.
    """

    num_weights: int
    operations: float


def network_cost(features: FeaturesConfig, model: ModelConfig) -> NetworkCost:
    """Count weights, and operations per second of audio in utterances of ten seconds."""
    kernels, rate = _subsampling(features, model)
    recurrent = _recurrent(features, model)
    above, looks = _above(model, rate)
    return NetworkCost(
        num_weights=sum(size for size, _ in kernels) + recurrent + above,
        operations=sum(size * steps for size, steps in kernels) + rate * (recurrent + above + looks),
    )


def _subsampling(features: FeaturesConfig, model: ModelConfig) -> tuple[list[tuple[int, float]], float]:
    """Return each convolution's weights with its steps per second, and the frames per second that come out."""
    rate = 1000 / features.frame_shift_ms
    if model.subsampling == "stack":
        return [], rate / model.subsampling_factor
    kernels, size, channels = [], features.num_features, model.conv_channels
    for stride in prime_factors(model.subsampling_factor):
        rate /= stride
        kernels.append(((2 * stride - 1) * size * channels, rate))
        size = channels
    return kernels + [(MORE_KERNEL * channels * channels, rate)] * model.conv_layers, rate


def _recurrent(features: FeaturesConfig, model: ModelConfig) -> int:
    """Count the matrices of the recurrent layers, all of which are multiplied at every step."""
    inputs = [model.subsampled_size(features.num_features), *[model.output_size] * (model.layers - 1)]
    directions = model.output_size // model.size
    of_state = RECURRENT_GATES[model.cell] * model.size * model.size
    return directions * sum(INPUT_GATES[model.cell] * size * model.size + of_state for size in inputs)


def _above(model: ModelConfig, rate: float) -> tuple[int, float]:
    """Count the weights of look-ahead and self-attention, and products of frames with frames for each frame."""
    size = model.output_size
    ahead = size * (model.lookahead_frames + 1) if model.lookahead_frames else 0
    if not model.attention_heads:
        return ahead, 0.0
    return ahead + 4 * size * size, 2 * _UTTERANCE_SECONDS * rate * size
