import pytest
import torch

from speechrnn.errors import FeatureError
from speechrnn.features.cepstrum import cepstrum_matrix
from speechrnn.recipe import FeaturesConfig


def test_librosa_transform_is_orthonormal():
    matrix = cepstrum_matrix(FeaturesConfig(convention="librosa", num_ceps=40))
    torch.testing.assert_close(matrix.T @ matrix, torch.eye(40, dtype=torch.float64), rtol=0, atol=1e-5)


def test_kaldi_lifter_leaves_c0_and_raises_c11_twelvefold():
    kaldi = cepstrum_matrix(FeaturesConfig())
    plain = cepstrum_matrix(FeaturesConfig(convention="librosa"))
    torch.testing.assert_close(kaldi[:, 0], plain[:, 0])
    torch.testing.assert_close(kaldi[:, 11], 12 * plain[:, 11])


def test_sphinx_c0_is_the_mean_with_half_a_first_filter():
    matrix = cepstrum_matrix(FeaturesConfig(convention="sphinx", num_mel_bins=4, num_ceps=2))
    assert matrix[:, 0].tolist() == pytest.approx([0.125, 0.25, 0.25, 0.25])
    # cos(pi/8), cos(3 pi/8) and their negatives, over 4
    assert matrix[:, 1].tolist() == pytest.approx([0.1154849, 0.0956709, -0.0956709, -0.2309699], abs=1e-6)


def test_more_cepstra_than_mel_bins_are_refused():
    with pytest.raises(FeatureError, match="num_ceps 41 came, wanted at most num_mel_bins 40; lower features.num_ceps"):
        cepstrum_matrix(FeaturesConfig(num_ceps=41))
