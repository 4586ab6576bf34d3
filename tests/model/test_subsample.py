"""Fewer, wider frames."""

import math

import pytest
import torch

from speechrnn.features.frames import output_frames
from speechrnn.model.subsample import (
    StackFrames,
    StridedConvolution,
    build_subsampling,
    subsampled_lengths,
)
from speechrnn.recipe import ModelConfig
from speechrnn.recipe.strides import prime_factors


@pytest.mark.parametrize(("kind", "more"), [("stack", 0), ("conv", 0), ("conv", 2)])
@pytest.mark.parametrize("factor", [1, 2, 3, 4, 5, 6, 8, 11])
def test_there_are_ceil_of_time_by_factor_frames_for_every_length(kind: str, more: int, factor: int) -> None:
    config = ModelConfig(subsampling=kind, subsampling_factor=factor, conv_channels=3, conv_layers=more)  # type: ignore[arg-type]
    subsample = build_subsampling(config, 2)
    for time in range(1, 3 * factor + 2):
        lengths = torch.tensor([time, 1, max(1, time - 1)])
        frames, shorter = subsample(torch.zeros(3, time, 2), lengths)
        expected = [math.ceil(length / factor) for length in lengths.tolist()]
        assert shorter.tolist() == expected
        assert frames.shape == (3, expected[0], subsample.output_size)
        assert subsample.output_size == config.subsampled_size(2)
        assert shorter.tolist() == [output_frames(length, factor) for length in lengths.tolist()]


def test_stacking_joins_neighbours_and_fills_the_last_up_with_zeros() -> None:
    frames = torch.arange(10.0).reshape(1, 5, 2)
    stacked, lengths = StackFrames(3, 2)(frames, torch.tensor([5]))
    assert stacked.tolist() == [[[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 0, 0]]]
    assert lengths.tolist() == [2]


def test_the_factor_of_a_convolution_is_the_product_of_its_strides() -> None:
    for factor in range(1, 60):
        strides = prime_factors(factor)
        assert math.prod(strides) == factor
        assert strides == sorted(strides, reverse=True)
    assert prime_factors(22) == [11, 2]


def test_each_convolution_sees_both_neighbours_of_its_step() -> None:
    convolution = StridedConvolution(3, num_features=1, channels=1, activation="relu")
    (layer,) = convolution.convs
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[[1.0, 2.0, 3.0, 4.0, 5.0]]]))
        layer.bias.zero_()
    frames = torch.tensor([1.0, 10.0, 100.0, 1000.0]).reshape(1, 4, 1)
    # Worked by hand: steps are centred on frames 0 and 3, two frames to either side, zeros outside.
    assert convolution(frames, torch.tensor([4]))[0].squeeze().tolist() == [3 + 40 + 500, 10 + 200 + 3000]


def test_tanh_keeps_at_zero_the_mean_that_a_relu_raises() -> None:
    torch.manual_seed(0)
    frames, lengths = torch.randn(4, 300, 13), torch.full((4,), 300)
    means = {}
    for activation in ("relu", "tanh"):
        config = ModelConfig(subsampling="conv", subsampling_factor=2, conv_activation=activation)  # type: ignore[arg-type]
        torch.manual_seed(1)
        means[activation] = build_subsampling(config, 13)(frames, lengths)[0].mean(dim=(0, 1)).detach()
    assert bool((means["relu"] > 0.1).all())
    assert float(means["tanh"].mean().abs()) < 0.02


def test_after_the_first_convolution_padding_is_zero_again() -> None:
    torch.manual_seed(0)
    convolution = StridedConvolution(4, num_features=2, channels=3, more_layers=2)
    with torch.no_grad():
        for layer in [*convolution.convs, *convolution.more_convs]:
            layer.bias.fill_(0.5)  # what padding would turn into
    frames = torch.randn(1, 6, 2)
    alone, _ = convolution(frames, torch.tensor([6]))
    longer = torch.cat([frames, torch.zeros(1, 7, 2)], dim=1)
    padded, lengths = convolution(longer, torch.tensor([6]))
    torch.testing.assert_close(padded[:, : int(lengths[0])], alone, rtol=0, atol=1e-6)
    assert not padded[:, int(lengths[0]) :].any()


def test_further_convolutions_see_two_neighbours_to_either_side_and_add_to_what_they_read() -> None:
    convolution = StridedConvolution(2, num_features=1, channels=1, more_layers=1, activation="relu")
    with torch.no_grad():
        for layer, kernel in zip(
            [*convolution.convs, *convolution.more_convs], ([0.0, 1.0, 0.0], [1.0, 2.0, 3.0, 4.0, -50.0]), strict=True
        ):
            layer.weight.copy_(torch.tensor([[kernel]]))
            layer.bias.zero_()
    frames = torch.tensor([1.0, 0, 10, 0, 100, 0, 1000]).reshape(1, 7, 1)
    # Worked by hand: 1, 10, 100, 1000 are kept; sums below zero, those that see 50 times a larger frame, are cut off.
    wanted = [1 + 0, 10 + 0, 100 + 1 + 20 + 300 + 4000, 1000 + 10 + 200 + 3000]
    assert convolution(frames, torch.tensor([7]))[0].squeeze().tolist() == wanted


def test_lengths_are_divided_rounding_up() -> None:
    assert subsampled_lengths(torch.tensor([0, 1, 3, 4, 6]), 3).tolist() == [0, 1, 1, 2, 2]
