"""A model file transcribes as torch did."""

from pathlib import Path

import numpy as np
import pytest

from speechrnn.audio import Audio, resample
from speechrnn.decoding.greedy import greedy
from speechrnn.errors import AudioError, BundleError
from speechrnn.transcription.recognizer import Recognizer
from tests.tiny_bundle import ALPHABET, build, noise, torch_log_probs


@pytest.mark.parametrize("seconds", [0.1, 0.33, 1.0, 3.0])
def test_log_probs_and_text_equal_those_of_torch(tiny: Path, seconds: float) -> None:
    recognizer = Recognizer.load(tiny)
    audio = noise(seconds, seed=7)
    expected = torch_log_probs(*build(), audio.samples)
    np.testing.assert_allclose(recognizer.log_probs(audio.samples), expected, atol=1e-3)
    text = ALPHABET.decode(greedy(expected)[0].labels)
    assert recognizer.transcribe(audio).text == " ".join(text.split())


def test_threads_do_not_change_the_result(tiny: Path) -> None:
    audio = noise(1.0)
    one, two = Recognizer.load(tiny, threads=1), Recognizer.load(tiny, threads=2)
    np.testing.assert_allclose(one.log_probs(audio.samples), two.log_probs(audio.samples), atol=1e-5)


def test_audio_at_another_rate_is_resampled(tiny: Path) -> None:
    recognizer = Recognizer.load(tiny)
    audio = noise(1.0, sample_rate_hz=44100)
    transcript = recognizer.transcribe(audio)
    assert transcript.text == recognizer.transcribe(resample(audio, 8000)).text != ""
    assert transcript.duration_seconds == pytest.approx(1.0)


def test_word_times_lie_within_the_audio_and_follow_one_another(tiny: Path) -> None:
    words = Recognizer.load(tiny).transcribe(noise(3.0)).words
    assert len(words) > 1
    times = [time for word in words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= 3.0
    assert all(0 < word.confidence <= 1 for word in words)


def test_a_recognizer_keeps_nothing_from_one_recording_to_the_next(tiny: Path) -> None:
    recognizer = Recognizer.load(tiny)
    first = recognizer.transcribe(noise(1.0, seed=1))
    recognizer.transcribe(noise(2.0, seed=2))
    assert recognizer.transcribe(noise(1.0, seed=1)) == first


@pytest.mark.parametrize("rate", [8000, 44100])
def test_audio_under_a_tenth_of_a_second_is_refused(tiny: Path, rate: int) -> None:
    with pytest.raises(AudioError, match=r"0\.050 s of audio, at least 0\.100 s wanted"):
        Recognizer.load(tiny).transcribe(noise(0.05, sample_rate_hz=rate))


def test_digital_silence_transcribes_without_a_fault(tiny: Path) -> None:
    transcript = Recognizer.load(tiny).transcribe(Audio(np.zeros(8000, np.float32), 8000))
    assert transcript.duration_seconds == 1.0


def test_a_damaged_graph_is_refused(tiny: Path, tmp_path: Path) -> None:
    data = bytearray(tiny.read_bytes())
    data[data.index(b"speechrnn waveform") + 3] ^= 1
    (tmp_path / "odd.srnn").write_bytes(data)
    with pytest.raises(BundleError, match=r"odd\.srnn: model\.onnx"):
        Recognizer.load(tmp_path / "odd.srnn")
