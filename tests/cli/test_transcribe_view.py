"""What `speechrnn transcribe` shows."""

import json
from pathlib import Path

import numpy as np
import soundfile

from tests.cli.conftest import Door
from tests.tiny_bundle import noise


def _wav(path: Path, seconds: float = 0.5, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, seed=seed).samples, 8000)
    return path


def test_unsure_words_are_coloured_when_asked(main: Door, tiny: Path, tmp_path: Path) -> None:
    command = ["transcribe", _wav(tmp_path / "a.wav", seconds=3.0), "-m", tiny]
    words = [
        word for segment in json.loads(main(*command, "-f", "json").stdout)["segments"] for word in segment["words"]
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
    assert main("transcribe", path, "-m", tiny).stdout.splitlines() == [one["text"] for one in value["segments"]]
    several = main("transcribe", path, path, "-m", tiny).stdout.splitlines()
    assert [line.split("\t")[1] for line in several] == [value["text"]] * 2
