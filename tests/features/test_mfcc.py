from pathlib import Path

import kaldi_native_fbank as knf
import librosa
import numpy as np
import pytest
import torch

from speechrnn.features.mfcc import FrontEnd
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.recipe import FeaturesConfig

FIXTURES = Path(__file__).parent / "fixtures"
CONFIGS = (
    FeaturesConfig(),
    FeaturesConfig(kind="log_mel"),
    FeaturesConfig(convention="librosa"),
    FeaturesConfig(convention="librosa", kind="log_mel"),
    FeaturesConfig(convention="sphinx", frame_length_ms=25.625, low_hz=130, high_hz=6800),
    FeaturesConfig(sample_rate_hz=8000, num_ceps=20),
)


def static_features(config, samples):
    """One utterance of int16 or float samples through the front end, as (time, num_static)."""
    scale = 32768 if samples.dtype == np.int16 else 1
    tensor = torch.from_numpy(samples.astype(np.float32) / scale)
    return FrontEnd(config)(tensor.unsqueeze(0), torch.tensor([len(samples)]))[0][0].numpy()


def by_hand(front_end, samples):
    """The chain of the class's documentation, in float64, frame by frame."""
    mode = {"mode": "reflect"} if front_end.pad_mode == "reflect" else {}
    padded = np.pad(samples.astype(np.float64), (front_end.pad_left, front_end.pad_right), **mode)
    starts = range(0, len(padded) - front_end.window_samples + 1, front_end.shift_samples)
    frames = np.stack([padded[start : start + front_end.window_samples] for start in starts])
    spectrum = frames @ front_end.spectrum_matrix.double().numpy()
    power = spectrum[:, : front_end.num_bins] ** 2 + spectrum[:, front_end.num_bins :] ** 2
    mel = power ** (front_end.spectrum_power / 2) @ front_end.mel_matrix.double().numpy()
    log_mel = front_end.log_scale * np.log(np.maximum(mel, front_end.log_floor))
    if front_end.top_db is not None:
        log_mel = np.maximum(log_mel, log_mel.max() - front_end.top_db)
    return log_mel if front_end.cepstrum_matrix is None else log_mel @ front_end.cepstrum_matrix.double().numpy()


@pytest.mark.parametrize("config", CONFIGS)
def test_features_follow_from_the_documented_matrices_and_numbers(config, make_signal):
    samples = (make_signal(6000) / 32768).astype(np.float32)
    front_end = FrontEnd(config)
    np.testing.assert_allclose(static_features(config, samples), by_hand(front_end, samples), atol=2e-3)


@pytest.mark.parametrize(
    ("num_mel_bins", "num_ceps", "rate"), [(40, 13, 16000), (23, 23, 16000), (40, 40, 8000), (26, 13, 22050)]
)
def test_kaldi_cepstra_equal_kaldi_native_fbank(num_mel_bins, num_ceps, rate, make_signal):
    samples = make_signal(9000, rate)
    options = knf.MfccOptions()
    options.frame_opts.dither, options.frame_opts.samp_freq = 0, rate
    options.mel_opts.num_bins, options.num_ceps, options.use_energy = num_mel_bins, num_ceps, False
    config = FeaturesConfig(num_mel_bins=num_mel_bins, num_ceps=num_ceps, sample_rate_hz=rate)
    expected = kaldi_native(knf.OnlineMfcc(options), samples, rate)
    np.testing.assert_allclose(static_features(config, samples), expected, atol=5e-3)


def test_kaldi_filter_bank_equals_kaldi_native_fbank(make_signal):
    samples = make_signal(9000)
    options = knf.FbankOptions()
    options.frame_opts.dither, options.mel_opts.num_bins = 0, 40
    expected = kaldi_native(knf.OnlineFbank(options), samples, 16000)
    np.testing.assert_allclose(static_features(FeaturesConfig(kind="log_mel"), samples), expected, atol=1e-3)


def kaldi_native(computer, samples, rate):
    computer.accept_waveform(rate, samples.astype(np.float32).tolist())
    computer.input_finished()
    return np.stack([computer.get_frame(index) for index in range(computer.num_frames_ready)])


def test_kaldi_cepstra_equal_torchaudio_compliance(make_signal):
    load_torchaudio()
    from torchaudio.compliance.kaldi import mfcc

    samples = make_signal(9000)
    waveform = torch.from_numpy(samples.astype(np.float32)).unsqueeze(0)
    expected = mfcc(waveform, num_ceps=13, num_mel_bins=40, dither=0.0, low_freq=20.0, high_freq=-400.0)
    np.testing.assert_allclose(static_features(FeaturesConfig(high_hz=-400), samples), expected, atol=2e-3)


@pytest.mark.parametrize(
    "settings",
    [
        {"num_ceps": 13, "num_mel_bins": 40, "sample_rate_hz": 16000, "low_hz": 0},
        {"num_ceps": 40, "num_mel_bins": 64, "sample_rate_hz": 16000, "low_hz": 60, "high_hz": 7600},
        {"num_ceps": 20, "num_mel_bins": 30, "sample_rate_hz": 8000, "low_hz": 20},
        {"num_ceps": 13, "num_mel_bins": 40, "sample_rate_hz": 11025, "low_hz": 20},
    ],
)
def test_librosa_cepstra_equal_librosa(settings, make_signal):
    config = FeaturesConfig(convention="librosa", **settings)
    samples = (make_signal(9000, config.sample_rate_hz) / 32768).astype(np.float32)
    spectrum = librosa_power(config, samples)
    expected = librosa.feature.mfcc(S=librosa.power_to_db(spectrum), n_mfcc=config.num_ceps).T
    np.testing.assert_allclose(static_features(config, samples), expected, atol=5e-3)


def librosa_power(config, samples):
    """librosa's mel energies with the arguments our convention fixes."""
    return librosa.feature.melspectrogram(
        y=samples,
        sr=config.sample_rate_hz,
        n_fft=int(config.sample_rate_hz * config.frame_length_ms / 1000 + 0.5),
        hop_length=int(config.sample_rate_hz * config.frame_shift_ms / 1000 + 0.5),
        pad_mode="reflect",
        n_mels=config.num_mel_bins,
        fmin=config.low_hz,
        fmax=config.high_hz if config.high_hz > 0 else config.sample_rate_hz / 2,
    )


@pytest.mark.filterwarnings("ignore:n_fft:UserWarning")
@pytest.mark.parametrize("num_samples", [201, 399, 400, 401, 480])
def test_librosa_cepstra_equal_librosa_on_the_shortest_audio(num_samples, make_signal):
    config = FeaturesConfig(convention="librosa")
    samples = (make_signal(num_samples) / 32768).astype(np.float32)
    expected = librosa.feature.mfcc(S=librosa.power_to_db(librosa_power(config, samples)), n_mfcc=13).T
    np.testing.assert_allclose(static_features(config, samples), expected, atol=5e-3)


def test_librosa_energies_80_db_under_the_peak_of_their_own_utterance_are_raised_to_that_level(make_signal):
    samples = (make_signal(9000) / 32768).astype(np.float32)
    samples[4000:] *= 1e-5
    config = FeaturesConfig(convention="librosa", kind="log_mel")
    features = static_features(config, samples)
    np.testing.assert_allclose(features, librosa.power_to_db(librosa_power(config, samples)).T, atol=5e-3)
    assert features.min() == pytest.approx(features.max() - 80, abs=1e-3)


def test_librosa_cepstra_equal_torchaudio_transform_with_matched_arguments(make_signal):
    samples = (make_signal(9000) / 32768).astype(np.float32)
    transform = load_torchaudio().transforms.MFCC(
        sample_rate=16000,
        n_mfcc=13,
        melkwargs={
            "n_fft": 400,
            "hop_length": 160,
            "n_mels": 40,
            "f_min": 20.0,
            "pad_mode": "reflect",
            "norm": "slaney",
            "mel_scale": "slaney",
        },
    )
    expected = transform(torch.from_numpy(samples)).T
    np.testing.assert_allclose(static_features(FeaturesConfig(convention="librosa"), samples), expected, atol=5e-3)


@pytest.mark.parametrize(("kind", "fixture"), [("mfcc", "sphinx_fe_cepstra.npy"), ("log_mel", "sphinx_fe_log_mel.npy")])
def test_sphinx_features_equal_sphinx_fe(kind, fixture, make_signal):
    # The fixtures are what sphinx_fe (sphinxbase 0.8+5prealpha) wrote for these samples as raw 16-bit audio, by
    # `sphinx_fe -i f.raw -o f.mfc -raw yes -lowerf 130 -upperf 6800 -remove_noise no -remove_silence no -dither no`,
    # the second with `-logspec yes` besides: an int32 count, then little-endian float32.
    samples = make_signal(8000)
    samples[3000:4500] = 0  # digital silence shows how the logarithm is floored
    config = FeaturesConfig(convention="sphinx", kind=kind, frame_length_ms=25.625, low_hz=130, high_hz=6800)
    features = static_features(config, samples)
    expected = np.load(FIXTURES / fixture)[:-1]  # without the partly filled last frame
    assert features.shape == expected.shape
    np.testing.assert_allclose(features, expected, atol=2e-3)


@pytest.mark.parametrize("config", CONFIGS)
def test_result_is_bitwise_independent_of_padding_and_batch(config, make_signal):
    front_end = FrontEnd(config)
    lengths = torch.tensor([5000, 0, 411, 3210, 150])
    samples = torch.full((5, 7000), float("nan"))
    for row, length in enumerate(lengths.tolist()):
        samples[row, :length] = torch.from_numpy(make_signal(length) / 32768)
    static, frames = front_end(samples, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone, alone_frames = front_end(samples[row : row + 1, :length], lengths[row : row + 1])
        assert alone_frames.item() == frames[row].item()
        assert torch.equal(static[row, : frames[row]], alone[0])
        assert not static[row, frames[row] :].any()


@pytest.mark.parametrize("config", CONFIGS)
def test_digital_silence_gives_finite_features(config):
    features = static_features(config, np.zeros(4000, np.float32))
    assert len(features) > 0
    assert np.isfinite(features).all()


def test_kaldi_features_ignore_a_constant(make_signal):
    samples = (make_signal(4000) / 32768).astype(np.float32)
    np.testing.assert_allclose(
        static_features(FeaturesConfig(), samples + np.float32(0.1)),
        static_features(FeaturesConfig(), samples),
        atol=2e-2,
    )


def test_long_audio_gives_the_same_features_in_chunks_as_cut_by_hand(make_signal):
    # 700 frames pass through in several chunks; the last 10 frames alone are the same numbers.
    samples = (make_signal(160 * 699 + 400) / 32768).astype(np.float32)
    whole = static_features(FeaturesConfig(), samples)
    assert len(whole) == 700
    np.testing.assert_allclose(whole[690:], static_features(FeaturesConfig(), samples[160 * 690 :]), atol=1e-3)


def test_front_end_has_nothing_to_learn_and_nothing_to_save():
    front_end = FrontEnd(FeaturesConfig())
    assert list(front_end.parameters()) == []
    assert front_end.state_dict() == {}


@pytest.mark.parametrize("convention", ["kaldi", "librosa", "sphinx"])
def test_a_voice_warped_by_a_factor_is_heard_as_one_that_much_higher(convention):
    # A tone in the voice asked for lands on the bin where the higher tone lands in the voice as it is.
    config = FeaturesConfig(convention=convention, kind="log_mel")
    front_end, seconds = FrontEnd(config), torch.arange(8000) / 16000
    for hz in (500.0, 1200.0, 3000.0):
        heard = front_end.utterance(0.1 * torch.sin(2 * torch.pi * hz * seconds), 1.25).mean(0).argmax()
        expected = front_end.utterance(0.1 * torch.sin(2 * torch.pi * 1.25 * hz * seconds)).mean(0).argmax()
        plain = front_end.utterance(0.1 * torch.sin(2 * torch.pi * hz * seconds)).mean(0).argmax()
        assert abs(int(heard) - int(expected)) <= 1
        assert heard > plain


def test_factors_of_one_and_near_one_leave_the_features_as_they_are(make_signal):
    samples = torch.from_numpy(make_signal(4000).astype(np.float32) / 32768)
    front_end = FrontEnd(FeaturesConfig())
    assert torch.equal(front_end.utterance(samples, 1.004), front_end.utterance(samples))
    assert not torch.allclose(front_end.utterance(samples, 1.01), front_end.utterance(samples))
