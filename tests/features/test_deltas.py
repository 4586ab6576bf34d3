import pytest
import torch

from speechrnn.features.deltas import append_deltas
from speechrnn.features.torchaudio_compat import load_torchaudio


def torchaudio_deltas(static):
    """Independent oracle for one utterance `(time, feat)`."""
    return load_torchaudio().functional.compute_deltas(static.T.unsqueeze(0))[0].T


def test_delta_of_a_ramp_is_its_slope_and_its_acceleration_is_zero_inside():
    ramp = 3.0 * torch.arange(12.0).reshape(1, 12, 1)
    features = append_deltas(ramp, torch.tensor([12]), 2)
    assert features[0, 2:10, 1].tolist() == pytest.approx([3.0] * 8)
    assert features[0, 4:8, 2].tolist() == pytest.approx([0.0] * 4, abs=1e-6)


def test_delta_worked_by_hand_repeats_the_end_frames():
    static = torch.tensor([1.0, 2.0, 4.0]).reshape(1, 3, 1)
    # Frame 0: ((2 - 1) + 2 (4 - 1)) / 10; frame 1: ((4 - 1) + 2 (4 - 1)) / 10; frame 2: ((4 - 2) + 2 (4 - 1)) / 10.
    assert append_deltas(static, torch.tensor([3]), 1)[0, :, 1].tolist() == pytest.approx([0.7, 0.9, 0.8])


@pytest.mark.parametrize("time", [1, 2, 3, 50])
def test_deltas_equal_torchaudio_applied_once_and_twice(time):
    static = torch.randn(time, 13, generator=torch.Generator().manual_seed(time))
    features = append_deltas(static.unsqueeze(0), torch.tensor([time]), 2)[0]
    velocity = torchaudio_deltas(static)
    torch.testing.assert_close(
        features, torch.cat([static, velocity, torchaudio_deltas(velocity)], 1), rtol=0, atol=1e-6
    )


def test_result_does_not_depend_on_padding():
    generator = torch.Generator().manual_seed(3)
    lengths = torch.tensor([9, 4, 1, 0])
    static = torch.randn(4, 11, 5, generator=generator)
    features = append_deltas(static, lengths, 2)
    assert features.shape == (4, 11, 15)
    for row, length in enumerate(lengths.tolist()):
        alone = append_deltas(static[row : row + 1, :length], lengths[row : row + 1], 2)[0]
        torch.testing.assert_close(features[row, :length], alone, rtol=0, atol=0)
        assert not features[row, length:].any()


def test_order_zero_gives_the_static_features():
    static = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(1))
    assert torch.equal(append_deltas(static, torch.tensor([6, 6]), 0), static)
