import pytest
import torch

from speechrnn.errors import FeatureError
from speechrnn.features.normalize import VARIANCE_FLOOR, Normalizer
from speechrnn.recipe import FeaturesConfig


def config(cmvn):
    return FeaturesConfig(num_ceps=3, deltas=0, cmvn=cmvn)


def batch(*lengths, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return 5 + 3 * torch.randn(len(lengths), max(lengths), 3, generator=generator), torch.tensor(lengths)


def test_utterance_statistics_become_zero_and_one():
    features, lengths = batch(200, 77)
    normalized = Normalizer(config("utterance"))(features, lengths)
    for row, length in enumerate(lengths.tolist()):
        valid = normalized[row, :length]
        torch.testing.assert_close(valid.mean(0), torch.zeros(3), rtol=0, atol=1e-5)
        torch.testing.assert_close(valid.std(0, correction=0), torch.ones(3), rtol=0, atol=1e-5)


@pytest.mark.parametrize("cmvn", ["none", "utterance", "global"])
def test_result_does_not_depend_on_padding(cmvn):
    normalizer = Normalizer(config(cmvn))
    features, lengths = batch(40, 9, 1, 0)
    normalizer.fit([(features, lengths)])
    features[1, 9:] = float("nan")
    normalized = normalizer(features, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = normalizer(features[row : row + 1, :length], lengths[row : row + 1])[0]
        torch.testing.assert_close(normalized[row, :length], alone, rtol=0, atol=1e-5)
        assert not normalized[row, length:].any()


def test_single_frame_becomes_zero():
    features, lengths = batch(1)
    assert not Normalizer(config("utterance"))(features, lengths).any()


@pytest.mark.parametrize("level", [-100.8, -9.0952, 1e-7])
def test_digital_silence_stays_at_zero(level):
    silence = torch.full((1, 777, 3), level)
    normalized = Normalizer(config("utterance"))(silence, torch.tensor([777]))
    assert normalized.abs().max() < 1e-6


def test_variance_under_the_floor_is_divided_by_the_floor():
    features = torch.tensor([-1e-4, 1e-4]).reshape(1, 2, 1).expand(1, 2, 3)
    normalized = Normalizer(config("utterance"))(features, torch.tensor([2]))
    assert normalized[0, 1, 0].item() == pytest.approx(1e-4 / VARIANCE_FLOOR**0.5, rel=1e-4)


def test_no_cmvn_changes_nothing_but_the_padding():
    features, lengths = batch(5, 3)
    normalized = Normalizer(config("none"))(features, lengths)
    assert torch.equal(normalized[0], features[0])
    assert torch.equal(normalized[1, :3], features[1, :3])
    assert not normalized[1, 3:].any()


def test_global_statistics_are_those_of_all_valid_frames():
    normalizer = Normalizer(config("global"))
    first, second = batch(50, 20, seed=1), batch(30, seed=2)
    normalizer.fit(iter([first, second]))
    frames = torch.cat([first[0][0], first[0][1, :20], second[0][0]])
    torch.testing.assert_close(normalizer.mean, frames.mean(0), rtol=0, atol=1e-5)
    torch.testing.assert_close(normalizer.scale, 1 / frames.std(0, correction=0), rtol=1e-5, atol=0)
    expected = (second[0] - normalizer.mean) * normalizer.scale
    torch.testing.assert_close(normalizer(*second), expected)


def test_global_statistics_of_large_offsets_lose_no_precision():
    normalizer = Normalizer(config("global"))
    features, lengths = batch(400)
    normalizer.fit([(features + 1000, lengths)])
    torch.testing.assert_close(normalizer.scale, 1 / features[0].std(0, correction=0), rtol=1e-3, atol=0)


def test_global_statistics_travel_with_the_state():
    fitted, fresh = Normalizer(config("global")), Normalizer(config("global"))
    fitted.fit([batch(50)])
    fresh.load_state_dict(fitted.state_dict())
    assert torch.equal(fresh(*batch(7)), fitted(*batch(7)))


def test_fitting_on_nothing_is_refused():
    with pytest.raises(FeatureError, match="global CMVN: no feature frame came, at least one is wanted"):
        Normalizer(config("global")).fit([])
