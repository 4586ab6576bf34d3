import pytest
import torch

from speechrnn.errors import FeatureError
from speechrnn.features.filterbank import corners_hz, mel_matrix
from speechrnn.features.vocal_tract import warp_hz
from speechrnn.recipe import FeaturesConfig


@pytest.mark.parametrize("convention", ["kaldi", "librosa", "sphinx"])
def test_filters_lie_inside_the_band(convention):
    config = FeaturesConfig(convention=convention, low_hz=1000, high_hz=3000, num_mel_bins=20)
    hz = torch.arange(257) * 16000 / 512
    weighed = mel_matrix(config, 512).sum(1) > 0
    assert weighed.any()
    assert hz[weighed].min() >= 1000 - 16  # sphinx rounds the edge to the nearest bin
    assert hz[weighed].max() <= 3000 + 16


def test_kaldi_triangles_sum_to_one_between_the_first_and_the_last_centre():
    config = FeaturesConfig(num_mel_bins=20)
    total = mel_matrix(config, 512).sum(1)
    torch.testing.assert_close(total[10:200], torch.ones(190, dtype=torch.float64), rtol=0, atol=1e-5)


def test_sphinx_triangles_have_area_one_in_hz():
    config = FeaturesConfig(convention="sphinx", low_hz=130, high_hz=6800)
    area = mel_matrix(config, 512).sum(0) * 16000 / 512
    torch.testing.assert_close(area, torch.ones(40, dtype=torch.float64), rtol=0, atol=1e-9)


def test_sphinx_corners_that_fall_on_one_bin_give_finite_filters():
    config = FeaturesConfig(convention="sphinx", sample_rate_hz=8000, num_mel_bins=80)
    filters = mel_matrix(config, 256)
    assert torch.isfinite(filters).all()
    assert (filters >= 0).all()


@pytest.mark.parametrize("high_hz", [-1000.0, 7000.0])
def test_upper_edge_below_zero_counts_down_from_half_the_sample_rate(high_hz):
    low = FeaturesConfig(high_hz=high_hz)
    torch.testing.assert_close(mel_matrix(low, 512), mel_matrix(FeaturesConfig(high_hz=7000), 512))


@pytest.mark.parametrize("convention", ["kaldi", "librosa", "sphinx"])
def test_band_between_two_bins_of_the_spectrum_is_refused(convention):
    config = FeaturesConfig(convention=convention, low_hz=1001, high_hz=1010)
    with pytest.raises(
        FeatureError, match=r"no bin of the spectrum, one every 31\.25 Hz, lies between low_hz 1001 and high_hz 1010"
    ):
        mel_matrix(config, 512)


@pytest.mark.parametrize(
    "settings",
    [
        {"low_hz": 4000, "high_hz": 3000},
        {"high_hz": 8001},
        {"high_hz": -9000},
        {"low_hz": 5000, "sample_rate_hz": 8000},
    ],
)
def test_empty_band_and_one_over_half_the_sample_rate_are_refused(settings):
    with pytest.raises(
        FeatureError, match=r"filter bank: low_hz .* wanted low_hz < high_hz <= .*correct features\.low_hz"
    ):
        mel_matrix(FeaturesConfig(**settings), 512)


@pytest.mark.parametrize("convention", ["kaldi", "librosa", "sphinx"])
@pytest.mark.parametrize("factor", [0.85, 1.15])
def test_warped_filters_peak_where_the_map_puts_their_centres(convention, factor):
    config = FeaturesConfig(convention=convention, num_mel_bins=20)
    filters = mel_matrix(config, 4096, factor)
    peaks_hz = filters.argmax(0) * 16000 / 4096
    centres = warp_hz(corners_hz(config)[1:-1].numpy(), factor, 20, 8000)
    torch.testing.assert_close(peaks_hz.double(), torch.from_numpy(centres), rtol=0, atol=16000 / 4096)
    assert (filters >= 0).all()
    assert (filters > 0).any(0).all()


@pytest.mark.parametrize("convention", ["kaldi", "librosa", "sphinx"])
def test_warped_filters_weigh_no_bin_that_the_others_leave_out(convention):
    config = FeaturesConfig(convention=convention, low_hz=130, high_hz=6800)
    weighed = mel_matrix(config, 512).sum(1) > 0
    for factor in (0.5, 0.9, 1.1, 2.0):
        assert not (mel_matrix(config, 512, factor).sum(1) > 0)[~weighed].any()
