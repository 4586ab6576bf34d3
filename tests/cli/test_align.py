"""`speechrnn align` from the outside."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import soundfile

from tests.cli.conftest import ROOT, Door
from tests.tiny_bundle import noise

OPENS: dict[str, str] = {
    "textgrid": 'File type = "ooTextFile"\n',
    "eaf": '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT',
    "ctm": "talk 1 0.",
    "json": '{"text": " Ab ca b\\u00e9", ',
    "srt": "1\n00:00:0",
}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Two seconds of sound, and beside it two lines of text."""
    soundfile.write(tmp_path / "talk.wav", noise(2.0).samples, 8000)
    (tmp_path / "talk.txt").write_text("\ufeffAb ca\r\nbé\n", encoding="utf-8")
    return tmp_path / "talk.wav"


@pytest.mark.parametrize("form", OPENS)
def test_each_format_goes_to_stdout_and_under_its_suffix_to_a_file(
    main: Door, tiny: Path, talk: Path, tmp_path: Path, form: str
) -> None:
    shown = main("align", talk, talk.with_suffix(".txt"), "-m", tiny, "-f", form)
    assert (shown.code, shown.errors) == (0, [])
    assert shown.stdout.startswith(OPENS[form])
    output = tmp_path / f"out.{form.upper()}"
    written = main("align", talk, talk.with_suffix(".txt"), "-m", tiny, "-o", output)
    assert (written.code, written.stdout) == (0, "")
    assert output.read_text(encoding="utf-8") == shown.stdout


def test_without_a_format_comes_a_textgrid(main: Door, tiny: Path, talk: Path) -> None:
    assert main("align", talk, talk.with_suffix(".txt"), "-m", tiny).stdout.startswith(OPENS["textgrid"])


def test_words_lines_and_letters_are_those_of_the_text(main: Door, tiny: Path, talk: Path) -> None:
    done = json.loads(main("align", talk, talk.with_suffix(".txt"), "-m", tiny, "-f", "json").stdout)
    assert [segment["text"] for segment in done["segments"]] == [" Ab ca", " bé"]
    words = [word for segment in done["segments"] for word in segment["words"]]
    assert ["".join(letter["character"] for letter in word["characters"]) for word in words] == ["ab", "ca", "bé"]
    times = [time for word in words for time in (word["start"], word["end"])]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= 2.0


def test_text_and_audio_come_from_standard_input(tiny: Path, talk: Path) -> None:
    def piped(audio: object, text: object, data: bytes) -> bytes:
        command = [sys.executable, ROOT / "cli.py", "align", audio, text, "-m", tiny, "-f", "eaf"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, input=data, capture_output=True, env=environment, check=True).stdout

    text = talk.with_suffix(".txt")
    one, other = piped(talk, "-", text.read_bytes()), piped("-", text, talk.read_bytes())
    assert len(ElementTree.fromstring(one).findall("TIER")) == 2
    assert one.replace(b"talk.wav", b"stdin") == other


def test_what_is_missing_is_found_before_any_model_is_opened(door: Door, tmp_path: Path, talk: Path) -> None:
    text = talk.with_suffix(".txt")
    for arguments, error in [
        ((tmp_path / "no.wav", text), f"error: {tmp_path / 'no.wav'}: no such file"),
        ((talk, tmp_path / "no.txt"), f"error: {tmp_path / 'no.txt'}: cannot be read (No such file or directory)"),
        (("-", "-"), "error: -: the recording and its text both came as standard input"),
        ((talk, text, "-o", tmp_path), f"error: {tmp_path}: a folder came"),
        ((talk, text, "-o", tmp_path / "a.txt"), f"error: {tmp_path / 'a.txt'}: .txt came, one of .textgrid, .eaf"),
        ((talk, text, "-m", tmp_path / "no.srnn"), f"error: {tmp_path / 'no.srnn'}: no such model file"),
    ]:
        ended = door("align", *arguments)
        assert (ended.code, len(ended.errors)) == (2, 1)
        assert ended.errors[0].startswith(error)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ab xyz\n", "'xyz': the model cannot write this word"),
        ("abc " * 200, "the text has 799 labels, for which CTC needs 799 frames, and the audio has"),
        ("\n", "the text holds no words"),
    ],
)
def test_a_text_that_does_not_fit_is_one_error_naming_the_recording(
    main: Door, tiny: Path, talk: Path, text: str, error: str
) -> None:
    talk.with_suffix(".txt").write_text(text, encoding="utf-8")
    ended = main("align", talk, talk.with_suffix(".txt"), "-m", tiny)
    assert (ended.code, ended.stdout, len(ended.errors)) == (1, "", 1)
    assert f"{talk}: {error}" in ended.errors[0]


def test_text_that_is_not_utf8_is_refused(main: Door, tiny: Path, talk: Path) -> None:
    talk.with_suffix(".txt").write_bytes(b"caf\xe9")
    ended = main("align", talk, talk.with_suffix(".txt"), "-m", tiny)
    assert (ended.code, len(ended.errors)) == (2, 1)
    assert "cannot be read (it is not UTF-8)" in ended.errors[0]


def test_aligning_loads_nothing_that_training_needs(tiny: Path, talk: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from speechrnn.transcription.align_file import align_file, read_text\n"
        f"print(align_file(Path({str(tiny)!r}), {str(talk)!r}, read_text({str(talk.with_suffix('.txt'))!r}), 'ctm'))\n"
        "print(*sorted({'torch', 'lhotse', 'librosa', 'pydantic', 'onnx', 'scipy', 'jiwer'} & sys.modules.keys()))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=True, text=True)
    words, heavy = done.stdout.rstrip("\n").split("\n\n")[0], done.stdout.splitlines()[-1]
    assert words.count("\n") == 2
    assert heavy == ""
