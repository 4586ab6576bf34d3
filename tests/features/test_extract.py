import pytest
import torch

from speechrnn.errors import FeatureError
from speechrnn.features.deltas import append_deltas
from speechrnn.features.extract import FeatureExtractor
from speechrnn.recipe import FeaturesConfig


def waveform(make_signal, *lengths):
    samples = torch.zeros(len(lengths), max(lengths))
    for row, length in enumerate(lengths):
        samples[row, :length] = torch.from_numpy(make_signal(length) / 32768)
    return samples, torch.tensor(lengths)


@pytest.mark.parametrize("deltas", [0, 1, 2])
@pytest.mark.parametrize("kind", ["mfcc", "log_mel"])
def test_width_is_that_of_the_recipe(deltas, kind, make_signal):
    config = FeaturesConfig(deltas=deltas, kind=kind)
    extractor = FeatureExtractor(config)
    features, lengths = extractor(*waveform(make_signal, 4000, 2000))
    assert features.shape == (2, int(lengths.max()), config.num_features)
    assert extractor.num_features == config.num_features


def test_features_are_front_end_then_deltas_then_normalizer(make_signal):
    extractor = FeatureExtractor(FeaturesConfig())
    samples, sample_lengths = waveform(make_signal, 4000, 2000)
    features, lengths = extractor(samples, sample_lengths)
    static, static_lengths = extractor.front_end(samples, sample_lengths)
    assert torch.equal(lengths, static_lengths)
    assert torch.equal(features, extractor.normalizer(append_deltas(static, lengths, 2), lengths))
    assert torch.equal(features, extractor.from_static(static, lengths)[0])


@pytest.mark.parametrize("cmvn", ["none", "utterance", "global"])
def test_features_of_an_utterance_do_not_depend_on_its_batch(cmvn, make_signal):
    extractor = FeatureExtractor(FeaturesConfig(cmvn=cmvn))
    samples, sample_lengths = waveform(make_signal, 6000, 401, 3000, 100)
    features, lengths = extractor(samples, sample_lengths)
    for row, length in enumerate(sample_lengths.tolist()):
        alone, _ = extractor(samples[row : row + 1, :length], sample_lengths[row : row + 1])
        torch.testing.assert_close(features[row, : lengths[row]], alone[0], rtol=0, atol=1e-5)
        assert not features[row, lengths[row] :].any()


def test_stored_cepstra_of_another_width_are_refused():
    extractor = FeatureExtractor(FeaturesConfig(num_ceps=20))
    with pytest.raises(
        FeatureError, match="features: 13 static values per frame came, the recipe says 20; set features.num_ceps"
    ):
        extractor.from_static(torch.zeros(1, 5, 13), torch.tensor([5]))
