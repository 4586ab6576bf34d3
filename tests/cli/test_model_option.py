"""What is no model ends every command that takes one alike."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import Door

COMMANDS = {
    "transcribe": ["{wav}", "-m", "{model}"],
    "transcribe --stream": ["--stream", "{wav}", "-m", "{model}"],
    "align": ["{wav}", "{text}", "-m", "{model}"],
    "listen": ["-m", "{model}"],
    "serve": ["-m", "{model}"],
    "export": ["--to", "onnx", "-o", "{out}", "-m", "{model}"],
    "check": ["{model}"],
    "decode": ["{model}"],
    "calibrate": ["{model}"],
    "models show": ["{model}"],
}


def _run(main: Door, folder: Path, command: str, model: Path) -> tuple[int, str]:
    wav, text = folder / "a.wav", folder / "a.txt"
    soundfile.write(wav, np.zeros(8000), 8000)
    text.write_text("ab\n")
    named = {"wav": wav, "text": text, "out": folder / "out.onnx", "model": model}
    ended = main(*command.split(), *(part.format(**named) for part in COMMANDS[command]))
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {model}: ")
    return ended.code, line


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_model_is_a_mistake_of_the_command(main: Door, tmp_path: Path, command: str) -> None:
    (tmp_path / "notes.txt").write_text("a text")
    code, line = _run(main, tmp_path, command, tmp_path / "notes.txt")
    assert code == 2
    assert "no speechrnn model (no zip archive); a model file" in line
    (tmp_path / "empty").mkdir()
    for none in (tmp_path / "empty", tmp_path / "gone"):
        assert _run(main, tmp_path, command, none)[0] == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_model_is_an_input_that_failed(main: Door, tiny: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "cut.srnn").write_bytes(tiny.read_bytes()[:-100])
    code, line = _run(main, tmp_path, command, tmp_path / "cut.srnn")
    assert (code, "cut short" in line) == (1, True)
