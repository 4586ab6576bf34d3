"""Operations counted by rule, against torch's own counter and by hand."""

from typing import get_args, get_type_hints

import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.operations import Operations, count_operations
from speechrnn.recipe import ModelConfig

CELLS = get_args(get_type_hints(ModelConfig)["cell"])

NUM_FEATURES, VOCAB, FRAMES_PER_SECOND = 6, 5, 100.0


def counted(config: ModelConfig, utterance_seconds: float = 10.0) -> Operations:
    return count_operations(AcousticModel(config, NUM_FEATURES, VOCAB), FRAMES_PER_SECOND, utterance_seconds)


def flops_of_torch(config: ModelConfig, frames: int) -> int:
    # In double precision torch's cells are plain matrix products, which its counter sees, instead of one fused kernel;
    # so is attention done by the book.
    model = AcousticModel(config, NUM_FEATURES, VOCAB).double().eval()
    features = torch.randn(1, frames, NUM_FEATURES, dtype=torch.float64)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(features, torch.tensor([frames]))
    return int(counter.get_total_flops())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"bidirectional": False, "layers": 3, "subsampling_factor": 2, "residual": True},
        {"subsampling": "conv", "subsampling_factor": 6, "conv_layers": 2},
        {"attention_heads": 2},
        {"attention_heads": 2, "bidirectional": False, "subsampling_factor": 1},
    ],
)
def test_two_flops_of_torchs_counter_are_one_operation(cell: str, settings: dict[str, object]) -> None:
    config = ModelConfig(**{"cell": cell, "size": 8, "layers": 2, "conv_channels": 10, **settings})  # type: ignore[arg-type]
    seconds = 0.6
    operations = counted(config, seconds)
    assert 2 * seconds * operations.total == pytest.approx(flops_of_torch(config, frames=60), rel=1e-9)


def test_a_small_model_is_counted_as_worked_by_hand() -> None:
    config = ModelConfig(cell="gru", size=8, layers=1, subsampling="conv", subsampling_factor=4, conv_channels=10)
    # 50 and 25 frames a second leave the convolutions, whose kernels are 3 wide; two directions of three gates.
    assert counted(config) == Operations(
        subsampling=50 * 3 * 6 * 10 + 25 * 3 * 10 * 10,
        recurrent=25 * 2 * 3 * (10 * 8 + 8 * 8),
        attention=0,
        head=25 * 16 * 5,
    )


def test_only_attention_costs_more_per_second_in_a_longer_utterance() -> None:
    plain = ModelConfig(size=8, layers=1)
    assert counted(plain, 1.0) == counted(plain, 100.0)
    attending = ModelConfig(size=8, layers=1, attention_heads=4, subsampling_factor=2)
    short, long = counted(attending, 1.0), counted(attending, 100.0)
    # 50 frames a second look at 50 more frames for each further second, at 16 keys' and 16 values' worth.
    assert long.attention - short.attention == 99 * 50 * 50 * 32
    assert (long.recurrent, long.head) == (short.recurrent, short.head)
