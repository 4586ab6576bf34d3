"""What `speechrnn transcribe` shows."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import AudioStream
from speechrnn.cli.transcribe_output import Color
from speechrnn.cli.transcribe_progress import Lines
from speechrnn.cli.transcribe_view import wants_color
from speechrnn.transcription import batch
from speechrnn.transcription.recognizer import Recognizer
from tests.cli.conftest import Door
from tests.tiny_bundle import noise


def _wav(path: Path, seconds: float = 0.5, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, seed=seed).samples, 8000)
    return path


def test_unsure_words_are_coloured_when_asked(main: Door, tiny: Path, tmp_path: Path) -> None:
    command = ["transcribe", _wav(tmp_path / "a.wav", seconds=3.0), "-m", tiny]
    words = [
        word | {"word": word["word"].strip()}
        for segment in json.loads(main(*command, "-f", "json").stdout)["segments"]
        for word in segment["words"]
    ]
    colours = ["" if one["probability"] >= 0.8 else "160" if one["probability"] < 0.5 else "136" for one in words]
    assert len(set(colours)) > 1
    expected = [
        f"\x1b[38;5;{colour}m{one['word']}\x1b[0m" if colour else one["word"]
        for one, colour in zip(words, colours, strict=True)
    ]
    assert main(*command, "--color", "always").stdout == " ".join(expected) + "\n"
    plain = " ".join(one["word"] for one in words) + "\n"
    assert main(*command).stdout == main(*command, "--color", "never").stdout == plain


def test_a_closed_stdout_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)  # as `>&-` leaves it
    assert wants_color(Color.AUTO) is False
    assert wants_color(Color.ALWAYS) is True


def test_silence_is_an_empty_line_and_an_empty_file(main: Door, tiny: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 8000)
    grammar = tmp_path / "none.txt"
    grammar.write_text("ab\n")
    command = ["transcribe", tmp_path / "a.wav", "-m", tiny, "--grammar", grammar, "--reject-below", "-0.001"]
    ended = main(*command, "-o", tmp_path / "out")
    assert (ended.code, ended.stdout) == (0, "\n")
    assert "rejected, not in the grammar" in ended.stderr
    assert (tmp_path / "out" / "a.txt").read_text() == ""


def test_a_long_recording_shows_its_segments_on_lines_of_their_own(main: Door, tiny: Path, tmp_path: Path) -> None:
    path = _wav(tmp_path / "a.wav", seconds=70.0)
    value = json.loads(main("transcribe", path, "-m", tiny, "-f", "json").stdout)
    assert len(value["segments"]) > 1
    assert main("transcribe", path, "-m", tiny).stdout.splitlines() == [
        one["text"].strip() for one in value["segments"]
    ]
    several = main("transcribe", path, path, "-m", tiny).stdout.splitlines()
    assert [line.split("\t")[1] for line in several] == [value["text"].strip()] * 2


def test_a_split_recording_counts_once_also_when_a_channel_fails(
    main: Door, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, counted = batch.transcribe_parts, []

    def faulty(recognizer: Recognizer, stream: AudioStream, channel: int | None) -> object:
        if channel == 1 and "odd" in stream.name:
            raise RuntimeError("bad shape")
        return real(recognizer, stream, channel)

    monkeypatch.setattr(batch, "transcribe_parts", faulty)
    monkeypatch.setattr(Lines, "done", lambda _: counted.append(1))
    paths = [tmp_path / "odd.wav", tmp_path / "good.wav"]
    for path in paths:
        soundfile.write(path, np.stack([noise(0.5, seed=seed).samples for seed in (1, 2)], axis=1), 8000)
    ended = main("transcribe", *paths, "-m", tiny, "--channel", "split")
    assert (ended.code, len(ended.stdout.splitlines())) == (1, 3)
    assert ended.stderr.splitlines()[-1] == "error: 1 of 2 files failed"
    assert len(counted) == 2
