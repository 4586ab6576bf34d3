import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import read_audio
from speechrnn.corpora import spoken_digits
from speechrnn.corpora.digit_plan import DIGITS, VARIANTS, DigitSizes, DigitString, plan_digits
from speechrnn.corpora.digit_synthesis import SAMPLE_RATE_HZ, render
from speechrnn.corpora.espeak import Espeak, Speech
from speechrnn.corpora.spoken_digits import list_utterances, make
from speechrnn.errors import CorpusError, MissingDependencyError
from speechrnn.recipe import CorpusConfig

SMALL = DigitSizes(train=50, dev=4, test=6)
CONFIG = CorpusConfig(name="spoken_digits")


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    pytest.importorskip("espeakng_loader", reason="the extra `demo` is not installed")
    return Espeak()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("espeakng_loader", reason="the extra `demo` is not installed")
    folder = tmp_path_factory.mktemp("data") / "spoken_digits"
    make(folder, sizes=SMALL)
    return folder


def digest(folder: Path) -> str:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    assert len(files) > 60
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return total.hexdigest()


def test_two_fresh_processes_make_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    make(tmp_path / "spoken_digits", sizes=SMALL)
    assert digest(tmp_path / "spoken_digits") == digest(corpus)


def test_another_seed_makes_another_corpus(corpus: Path, tmp_path: Path) -> None:
    make(tmp_path / "spoken_digits", sizes=replace(SMALL, seed=2))
    assert digest(tmp_path / "spoken_digits") != digest(corpus)


def test_no_voice_of_dev_or_test_is_heard_in_train() -> None:
    train, dev, test = (set(VARIANTS[split]) for split in ("train", "dev", "test"))
    assert not (train | dev) & test
    assert not train & dev
    assert len(train) == len(VARIANTS["train"])  # none stands twice
    for string in plan_digits(DigitSizes(train=100, dev=20, test=20)):
        allowed = VARIANTS["test" if string.split == "demo" else string.split]
        assert string.speech.voice.partition("+")[2] in allowed


def test_the_usual_plan_has_forty_minutes_of_every_voice_digit_and_length() -> None:
    plan = plan_digits(DigitSizes())
    texts = [string.speech.text.split() for string in plan if string.split == "train"]
    assert {len(text) for text in texts} == {1, 2, 3, 4, 5, 6}
    counts = {digit: sum(text.count(digit) for text in texts) for digit in DIGITS}
    assert sum(counts.values()) == pytest.approx(1500 * 3.5, rel=0.05)
    assert min(counts.values()) > 0.8 * max(counts.values())
    assert len({string.utterance_id for string in plan}) == len(plan) == 1500 + 120 + 240 + 1


def test_the_table_names_every_file_and_its_text(corpus: Path) -> None:
    listing = list_utterances(corpus, CONFIG)
    planned = {string.utterance_id: string.speech.text for string in plan_digits(SMALL) if string.split != "demo"}
    assert {u.utterance_id: u.text for u in listing.utterances} == planned
    assert {u.path for u in listing.utterances} == set(corpus.glob("*/*.wav"))


def test_every_recording_is_16_bit_16_khz_and_as_loud_as_planned(corpus: Path) -> None:
    plan = {string.utterance_id: string for string in plan_digits(SMALL)}
    for utterance in list_utterances(corpus, CONFIG).utterances:
        info = soundfile.info(utterance.path)
        assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
        peak = np.abs(read_audio(utterance.path).samples).max()
        assert 20 * np.log10(peak) == pytest.approx(plan[utterance.utterance_id].gain_db, abs=0.01)


def test_the_demo_recording_has_its_text_beside_it_and_is_in_no_split(corpus: Path) -> None:
    assert (corpus / "demo.txt").read_text() == "three one four one five nine\n"
    assert 2.0 < read_audio(corpus / "demo.wav").duration_seconds < 6.0
    assert corpus / "demo.wav" not in {u.path for u in list_utterances(corpus, CONFIG).utterances}


def quiet_string(**changes: object) -> DigitString:
    speech = Speech(text="seven", voice="en-us+m3")
    plain = DigitString(
        utterance_id="x",
        split="train",
        speech=speech,
        snr_db=20.0,
        noise="white",
        gain_db=-6.0,
        lead_seconds=0.5,
        trail_seconds=0.5,
        noise_seed=1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("noise", ["white", "pink"])
@pytest.mark.parametrize("snr_db", [10.0, 20.0])
def test_noise_stands_to_speech_as_planned(espeak: Espeak, noise: str, snr_db: float) -> None:
    samples = render(espeak, quiet_string(noise=noise, snr_db=snr_db)).astype(np.float64)
    margin = SAMPLE_RATE_HZ // 2
    noise_power = np.mean(np.concatenate([samples[:margin], samples[-margin:]]) ** 2)
    speech_power = np.mean(samples[margin:-margin] ** 2) - noise_power
    assert 10 * np.log10(speech_power / noise_power) == pytest.approx(snr_db, abs=2.0)


def test_pink_noise_falls_by_three_decibels_an_octave(espeak: Espeak) -> None:
    samples = render(espeak, quiet_string(noise="pink", lead_seconds=20.0))[: 20 * SAMPLE_RATE_HZ]
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    octaves = [np.mean(power[20 * low : 40 * low]) for low in (250, 500, 1000, 2000)]  # bins are 1/20 Hz wide
    falls = 10 * np.log10(np.array(octaves[:-1]) / np.array(octaves[1:]))
    assert falls == pytest.approx([3.0, 3.0, 3.0], abs=0.2)


def test_a_slower_speaker_takes_longer_and_a_voice_changes_the_sound(espeak: Espeak) -> None:
    usual = Speech(text="four two", voice="en-us+m3")
    slow = espeak.speak(replace(usual, words_per_minute=100))
    assert len(slow) > 1.3 * len(espeak.speak(usual))
    assert len(espeak.speak(replace(usual, word_gap=20))) > len(espeak.speak(usual))
    low, high = (pitch_hz(espeak.speak(replace(usual, text="nine", pitch=pitch))) for pitch in (20, 80))
    assert high > 1.3 * low


def pitch_hz(samples: np.ndarray) -> float:
    """Find the strongest period between 60 and 400 Hz by autocorrelation, in the middle of a word at 22 050 Hz."""
    middle = samples[len(samples) // 3 : len(samples) // 2].astype(np.float64)
    correlation = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    return float(22050 / (55 + correlation[55:367].argmax()))


def test_a_voice_that_does_not_exist_is_an_error_not_another_voice(espeak: Espeak) -> None:
    for voice in ("en-us+nobody", "xx-nowhere"):
        with pytest.raises(MissingDependencyError, match=f"no voice '{voice}'".replace("+", r"\+")):
            espeak.speak(Speech(text="one", voice=voice))


def test_every_planned_voice_can_be_spoken(espeak: Espeak) -> None:
    voices = sorted({string.speech.voice for string in plan_digits(DigitSizes())})
    assert len(voices) > 200
    for voice in voices:
        assert np.abs(espeak.speak(Speech(text="one", voice=voice))).max() > 500, voice


def test_a_corpus_that_is_there_is_not_made_again(corpus: Path) -> None:
    before = (corpus / "transcripts.tsv").stat().st_mtime_ns
    make(corpus, lambda *_: pytest.fail("work was done"), SMALL)
    assert (corpus / "transcripts.tsv").stat().st_mtime_ns == before


def test_an_older_version_is_replaced(corpus: Path, tmp_path: Path) -> None:
    old = tmp_path / "spoken_digits"
    old.mkdir()
    (old / "made.txt").write_text("plan 0")
    (old / "stale.wav").write_bytes(b"")
    make(old, sizes=SMALL)
    assert digest(old) == digest(corpus)


def test_somebody_elses_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "spoken_digits").mkdir()
    (tmp_path / "spoken_digits" / "mine.wav").write_bytes(b"precious")
    with pytest.raises(CorpusError, match="is there but was not made by it; move it"):
        make(tmp_path / "spoken_digits", sizes=SMALL)
    assert (tmp_path / "spoken_digits" / "mine.wav").read_bytes() == b"precious"


def test_without_espeak_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken_digits, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'speechrnn\[demo\]'"):
        make(tmp_path / "spoken_digits", sizes=SMALL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("espeak")
def test_a_failure_of_the_process_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(broken_python(tmp_path)))
    with pytest.raises(MissingDependencyError, match="could not be made; out of luck"):
        make(tmp_path / "data" / "spoken_digits", sizes=SMALL)
    assert list((tmp_path / "data").iterdir()) == []


def broken_python(folder: Path) -> Path:
    script = folder / "python"
    script.write_text("#!/bin/sh\necho first line >&2\necho out of luck >&2\nexit 3\n")
    script.chmod(0o755)
    return script


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    pytest.importorskip("espeakng_loader", reason="the extra `demo` is not installed")
    steps: list[tuple[int, int]] = []
    progress: Callable[[str, int, int], None] = lambda what, done, total: steps.append((done, total))  # noqa: E731
    make(tmp_path / "spoken_digits", progress, SMALL)
    assert steps[-1] == (61, 61)


def test_the_mark_says_how_the_corpus_was_made(corpus: Path) -> None:
    words = (corpus / "made.txt").read_text().strip().split(" ", 2)
    assert words[0] == "plan"
    assert json.loads(words[2]) == {"train": 50, "dev": 4, "test": 6, "seed": 1}
