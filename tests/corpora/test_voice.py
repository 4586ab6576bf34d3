"""The voice of the miniatures: like speech in what a check of recordings looks at, and the same on every run."""

from pathlib import Path

import numpy as np
import soundfile

from tests.corpora.hosts.voice import speak


def test_the_same_words_of_the_same_speaker_are_the_same_bytes_and_others_are_not(tmp_path: Path) -> None:
    first = speak(tmp_path / "a" / "x.wav", "good day", "ann").read_bytes()
    assert speak(tmp_path / "b" / "x.wav", "good day", "ann").read_bytes() == first
    assert speak(tmp_path / "c" / "x.wav", "good day", "bob").read_bytes() != first
    assert speak(tmp_path / "d" / "x.wav", "good day!", "ann").read_bytes() != first
    assert speak(tmp_path / "a" / "y.wav", "good day", "ann").read_bytes() != first


def test_it_has_the_level_the_length_and_the_pauses_of_speech(tmp_path: Path) -> None:
    samples, rate_hz = soundfile.read(speak(tmp_path / "x.wav", "seven one nine", "ann"))
    assert -25 < 20 * np.log10(np.sqrt(np.mean(samples**2))) < -23  # dB of full scale
    assert np.abs(samples).max() < 0.9
    assert 5 < 14 * rate_hz / len(samples) < 20  # characters a second
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    quiet = np.sqrt(np.mean(frames**2, axis=1)) < 0.005
    assert quiet[:3].all()
    assert quiet[-3:].all()
    assert (np.diff(quiet[3:-3].astype(int)) == 1).sum() >= 2  # between words


def test_its_pitch_is_a_voice_and_most_of_its_sound_lies_where_formants_do(tmp_path: Path) -> None:
    samples, rate_hz = soundfile.read(speak(tmp_path / "x.wav", "aaaaaaaaaa", "ann"))
    middle = samples[len(samples) // 2 :][:1600] * np.hanning(1600)
    lags = np.correlate(middle, middle, "full")[1600:]
    low, high = rate_hz // 260, rate_hz // 75
    assert lags[low:high].max() > 0.5 * np.sum(middle**2)  # periodic
    power = np.abs(np.fft.rfft(middle)) ** 2
    below_4_khz = np.fft.rfftfreq(1600, 1 / rate_hz) < 4000
    assert power[below_4_khz].sum() > 0.95 * power.sum()
