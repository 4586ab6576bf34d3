from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import AudioInfo
from speechrnn.corpora.measure import measure_audio, measure_features, measure_files
from speechrnn.corpora.sphinx import FeatureInfo
from speechrnn.errors import AudioError

WriteWav = Callable[..., Path]


def test_measuring_counts_decoded_samples_and_channels(tmp_path: Path, write_wav: WriteWav) -> None:
    measured = measure_audio(write_wav(tmp_path / "stereo.wav", seconds=0.5, rate=16000, num_channels=2))
    assert measured.info == AudioInfo(num_samples=8000, sample_rate_hz=16000, num_channels=2)


def test_levels_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    samples = np.array([0.5, -0.5, 1.0, -1.0, 0.0, 0.0, 0.0, 0.0])
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    measured = measure_audio(tmp_path / "a.wav")
    assert (measured.peak, measured.clipped) == (1.0, 0.25)
    assert measured.rms == pytest.approx(np.sqrt(2.5 / 8), abs=1e-12)


def test_the_same_samples_have_the_same_digest_in_any_format_and_others_have_another(
    tmp_path: Path, write_wav: WriteWav
) -> None:
    wav = write_wav(tmp_path / "a.wav", seconds=65.0)  # more than one block
    samples, rate = soundfile.read(wav, dtype="int16")
    soundfile.write(tmp_path / "same.flac", samples, rate)
    soundfile.write(tmp_path / "faster.wav", samples, 2 * rate)
    samples[-1] += 1
    soundfile.write(tmp_path / "other.wav", samples, rate)
    digest = measure_audio(wav).digest
    assert measure_audio(tmp_path / "same.flac").digest == digest
    assert digest not in {measure_audio(tmp_path / name).digest for name in ("faster.wav", "other.wav")}


def test_features_are_counted_in_frames(tmp_path: Path) -> None:
    values = np.arange(26, dtype="<f4")
    (tmp_path / "a.mfc").write_bytes(np.array([26], "<i4").tobytes() + values.tobytes())
    measured = measure_features(tmp_path / "a.mfc")
    assert measured.info == FeatureInfo(num_frames=2)
    assert (measured.peak, measured.rms, measured.clipped) == (0, 0, 0)


def test_of_several_files_those_that_cannot_be_read_give_their_reason_without_their_name(
    tmp_path: Path, write_wav: WriteWav
) -> None:
    good = write_wav(tmp_path / "good.wav")
    (tmp_path / "bad.wav").write_text("no sound")
    found = measure_files("audio", (tmp_path / "bad.wav", good, tmp_path / "gone.wav"))
    assert found[1] == measure_audio(good)
    assert isinstance(found[0], str)
    assert "bad.wav" not in found[0]
    assert found[2] == "no such file"


def test_sound_over_four_hours_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", np.zeros(4 * 3600 * 1000 + 1000, np.int16), 1000, subtype="PCM_U8")
    with pytest.raises(AudioError, match=r"long\.wav: .*14401"):
        measure_audio(tmp_path / "long.wav")
