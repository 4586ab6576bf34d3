"""`import speechrnn; speechrnn.load(...).transcribe(...)`."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import speechrnn
from speechrnn.audio import Audio
from speechrnn.bundle import named
from speechrnn.bundle.write import write_bundle
from speechrnn.errors import AudioError, BundleError, UsageError
from speechrnn.recipe import TextConfig
from speechrnn.transcription.align import align_text
from speechrnn.transcription.recognizer import Recognizer
from tests.tiny_bundle import contents, noise


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    audio = noise(1.0)
    soundfile.write(tmp_path / "noise.wav", audio.samples, audio.sample_rate_hz, subtype="FLOAT")
    return tmp_path / "noise.wav"


def test_every_way_of_handing_over_a_recording_gives_the_same_transcript(tiny: Path, recording: Path) -> None:
    model, audio = speechrnn.load(tiny), noise(1.0)
    expected = Recognizer.load(tiny).transcribe(audio)
    assert expected.words
    with recording.open("rb") as stream:
        of_stream = model.transcribe(stream)
    assert model.transcribe(recording) == model.transcribe(str(recording)) == of_stream == expected
    assert model.transcribe(audio) == model.transcribe(audio.samples, 8000) == expected
    assert model.transcribe(io.BytesIO(recording.read_bytes())) == expected


def test_integers_count_as_the_same_sound(tiny: Path) -> None:
    model, integers = speechrnn.load(tiny), (noise(1.0).samples * 20000).astype(np.int16)
    assert model.transcribe(integers, 8000) == model.transcribe(integers / 32768, 8000)


def test_one_channel_or_the_mean_of_all_is_transcribed(tiny: Path) -> None:
    model = speechrnn.load(tiny)
    left, right = noise(1.0, seed=1).samples, noise(1.0, seed=2).samples
    both = np.stack([left, right], axis=1)
    texts = [model.transcribe(both, 8000, channel=channel).text for channel in (0, 1, None)]
    assert texts == [model.transcribe(one, 8000).text for one in (left, right, (left + right) / 2)]
    assert len(set(texts)) == 3
    with pytest.raises(AudioError, match="channel 2 was asked for, the recording has 2"):
        model.transcribe(both, 8000, channel=2)


def test_a_model_is_found_as_the_command_finds_it(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    embedded = tmp_path / "package"
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", embedded)
    for path in (tmp_path / "runs/a/model.srnn", tmp_path / "cache/models/yesno.srnn", embedded / "digits.srnn"):
        path.parent.mkdir(parents=True)
        path.write_bytes(tiny.read_bytes())
    assert speechrnn.load().path == embedded / "digits.srnn"
    assert speechrnn.load("runs/a").path == Path("runs/a/model.srnn")
    assert speechrnn.load("yesno").path == tmp_path / "cache/models/yesno.srnn"


def test_options_change_what_is_decoded(tiny: Path) -> None:
    favoured = speechrnn.DecoderOptions(beam=20, hotwords="bab:20")
    assert "bab" not in speechrnn.load(tiny).transcribe(noise(1.0)).text.split()
    assert "bab" in speechrnn.load(tiny, options=favoured).transcribe(noise(1.0)).text.split()


def test_faults_are_our_own_errors(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "a.srnn").write_bytes(b"no model")
    with pytest.raises(BundleError, match=r"a\.srnn: no speechrnn model"):
        speechrnn.load(tmp_path / "a.srnn")
    with pytest.raises(UsageError, match="gone: no such model file"):
        speechrnn.load(tmp_path / "gone")
    model = speechrnn.load(tiny)
    with pytest.raises(UsageError, match="an array came without sample_rate_hz"):
        model.transcribe(np.zeros(8000))
    with pytest.raises(UsageError, match="sample_rate_hz 8000 came beside Audio, which says its own"):
        model.transcribe(Audio(np.zeros(8000, np.float32), 8000), 8000)
    with pytest.raises(AudioError, match=r"gone\.wav: no such file"):
        model.transcribe(tmp_path / "gone.wav")


@pytest.mark.parametrize("language", ["fr", None])
def test_a_transcript_says_the_language_of_the_model_however_long_or_silent(
    tmp_path: Path, language: str | None
) -> None:
    given = contents()
    write_bundle(tmp_path / "a.srnn", replace(given, result={**given.result, "language": language}))
    model = speechrnn.load(tmp_path / "a.srnn")
    for samples in (noise(1.0).samples, noise(35.0).samples, np.zeros(35 * 8000)):
        assert model.transcribe(samples, 8000).language == language
    assert align_text(model.recognizer, noise(1.0), "ab", TextConfig()).language == language


def test_a_truncated_recording_is_refused_from_a_file_and_from_memory(tiny: Path, recording: Path) -> None:
    model, content = speechrnn.load(tiny), recording.read_bytes()
    cut = content[: len(content) // 2]
    recording.write_bytes(cut)
    for source in (recording, io.BytesIO(cut)):
        with pytest.raises(AudioError, match=rf"truncated, {len(content) - len(cut)} bytes .* are missing; copy it"):
            model.transcribe(source)


def test_a_recording_too_short_for_the_model_is_named(tiny: Path, recording: Path) -> None:
    model = speechrnn.load(tiny)
    soundfile.write(recording, np.zeros(100), 8000)
    with pytest.raises(AudioError, match=r"^.*noise\.wav: 0\.013 s of audio, at least"):
        model.transcribe(recording)
    with pytest.raises(AudioError, match=r"^samples: 0\.013 s of audio, at least"):
        model.transcribe(np.zeros(100), 8000)


def test_rejection_goes_through_the_door(tiny: Path) -> None:
    with pytest.raises(UsageError, match="--min-confidence: .* has no calibrated confidence"):
        speechrnn.load(tiny, min_confidence=0.5)
    with pytest.raises(UsageError, match="came beside --target-precision"):
        speechrnn.load(tiny, min_confidence=0.5, target_precision=0.9)


def test_the_package_has_what_it_lists_and_nothing_else() -> None:
    found: dict[str, Any] = {name: getattr(speechrnn, name) for name in speechrnn.__all__}
    assert found["Audio"] is Audio
    assert set(found) <= set(dir(speechrnn))
    with pytest.raises(AttributeError, match="module 'speechrnn' has no attribute 'nothing'"):
        _ = speechrnn.nothing
