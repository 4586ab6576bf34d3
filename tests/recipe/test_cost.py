"""What a network costs, counted from settings, against the same counted from its weights."""

from typing import get_args, get_type_hints

import pytest

from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.operations import count_operations
from speechrnn.recipe import FeaturesConfig, ModelConfig
from speechrnn.recipe.cost import network_cost

CELLS = get_args(get_type_hints(ModelConfig)["cell"])
FEATURES = FeaturesConfig(num_mel_bins=8, num_ceps=6, deltas=1)


def counted(features: FeaturesConfig, config: ModelConfig) -> tuple[int, float]:
    """Weights and operations of a network that is made, without its output layer."""
    model = AcousticModel(config, features.num_features, 2)
    operations = count_operations(model, 1000 / features.frame_shift_ms)
    below = [weights for name, weights in model.named_parameters() if weights.ndim > 1 and not name.startswith("head.")]
    return sum(weights.numel() for weights in below), operations.total - operations.head


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"bidirectional": False, "layers": 3, "subsampling_factor": 2, "lookahead_frames": 4},
        {"subsampling": "conv", "subsampling_factor": 6, "conv_layers": 2},
        {"attention_heads": 2, "subsampling_factor": 1},
    ],
)
def test_weights_and_operations_are_those_of_the_network(cell: str, settings: dict[str, object]) -> None:
    config = ModelConfig(**{"cell": cell, "size": 8, "layers": 2, "conv_channels": 10, **settings})  # type: ignore[arg-type]
    cost = network_cost(FEATURES, config)
    assert (cost.num_weights, pytest.approx(cost.operations)) == counted(FEATURES, config)


def test_a_small_network_is_counted_as_worked_by_hand() -> None:
    config = ModelConfig(cell="gru", size=8, layers=1, subsampling="conv", subsampling_factor=4, conv_channels=10)
    cost = network_cost(FeaturesConfig(num_mel_bins=6, num_ceps=6, deltas=0), config)
    kernels, gates = (3 * 6 * 10, 3 * 10 * 10), 2 * 3 * (10 * 8 + 8 * 8)
    assert cost.num_weights == sum(kernels) + gates
    assert cost.operations == 50 * kernels[0] + 25 * kernels[1] + 25 * gates
