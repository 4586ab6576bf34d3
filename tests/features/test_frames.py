import kaldi_native_fbank as knf
import librosa
import numpy as np
import pytest
import torch

from speechrnn.features.frames import framing, min_samples, num_frames, output_frames
from speechrnn.features.mfcc import FrontEnd
from speechrnn.recipe import FeaturesConfig

KALDI = FeaturesConfig()
LIBROSA = FeaturesConfig(convention="librosa")
SPHINX = FeaturesConfig(convention="sphinx", frame_length_ms=25.625, low_hz=130, high_hz=6800)
CONFIGS = (
    KALDI,
    LIBROSA,
    SPHINX,
    FeaturesConfig(sample_rate_hz=8000),
    FeaturesConfig(convention="librosa", sample_rate_hz=11025),
)
LENGTHS = (0, 1, 2, 159, 160, 161, 199, 200, 201, 399, 400, 401, 409, 410, 411, 559, 560, 561, 569, 570, 571, 16000)


@pytest.mark.parametrize("config", CONFIGS)
def test_front_end_gives_as_many_frames_as_the_rule_says(config):
    front_end = FrontEnd(config)
    for num_samples in LENGTHS:
        static, lengths = front_end(torch.ones(1, num_samples), torch.tensor([num_samples]))
        assert static.shape == (1, num_frames(num_samples, config), config.num_static)
        assert lengths.tolist() == [num_frames(num_samples, config)]


@pytest.mark.parametrize("num_samples", LENGTHS)
def test_kaldi_has_as_many_frames_as_kaldi_native_fbank(num_samples):
    computer = knf.OnlineMfcc(knf.MfccOptions())
    computer.accept_waveform(16000, [0.5] * num_samples)
    computer.input_finished()
    assert num_frames(num_samples, KALDI) == computer.num_frames_ready


@pytest.mark.filterwarnings("ignore:n_fft:UserWarning")
@pytest.mark.parametrize("num_samples", [length for length in LENGTHS if length > 200])
def test_librosa_has_as_many_frames_as_librosa(num_samples):
    features = librosa.feature.mfcc(y=np.ones(num_samples, np.float32), sr=16000, n_fft=400, hop_length=160)
    assert num_frames(num_samples, LIBROSA) == features.shape[1]


@pytest.mark.parametrize(
    ("num_samples", "tool_frames"),
    [(2048, 12), (2169, 12), (2170, 13), (2171, 13), (2329, 13), (2330, 14), (4096, 25), (5000, 30), (16000, 99)],
)
def test_sphinx_has_the_frames_of_sphinx_fe_but_its_last_and_partly_filled_one(num_samples, tool_frames):
    # Counted in the output of sphinx_fe 5prealpha with `-remove_noise no -remove_silence no`.
    assert num_frames(num_samples, SPHINX) == tool_frames - 1


@pytest.mark.parametrize(
    ("config", "num_samples", "frames"),
    [
        (KALDI, 399, 0),
        (KALDI, 400, 1),
        (KALDI, 559, 1),
        (KALDI, 560, 2),
        (SPHINX, 409, 0),
        (SPHINX, 410, 1),
        (SPHINX, 569, 1),
        (SPHINX, 570, 2),
        (LIBROSA, 200, 0),
        (LIBROSA, 201, 2),
        (LIBROSA, 319, 2),
        (LIBROSA, 320, 3),
    ],
)
def test_frame_appears_with_the_sample_that_completes_it(config, num_samples, frames):
    assert num_frames(num_samples, config) == frames


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("frames", [1, 2, 7])
def test_min_samples_are_the_fewest_that_give_so_many_frames(config, frames):
    fewest = min_samples(config, frames)
    assert num_frames(fewest, config) >= frames
    assert num_frames(fewest - 1, config) < frames


def test_window_of_no_whole_number_of_samples_is_cut_by_kaldi_and_rounded_by_sphinx():
    kaldi = FeaturesConfig(sample_rate_hz=11025)
    sphinx = FeaturesConfig(convention="sphinx", sample_rate_hz=11025)
    assert framing(kaldi).window_samples == 275  # 275.625
    assert framing(sphinx).window_samples == 276 + 1  # and the sample before


def test_sphinx_window_of_25_625_ms_is_410_samples_and_the_one_before():
    assert framing(SPHINX).window_samples == 411


@pytest.mark.parametrize(("frames", "factor", "steps"), [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (5, 1, 5)])
def test_output_frames_round_up(frames, factor, steps):
    assert output_frames(frames, factor) == steps
