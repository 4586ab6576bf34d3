"""Many recordings: what is refused before any work, and what costs only itself."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.errors import UsageError
from speechrnn.transcription import batch
from speechrnn.transcription.batch import Job, plan, run
from speechrnn.transcription.recognizer import Recognizer
from tests.tiny_bundle import noise


def _wav(path: Path, seconds: float = 0.5, rate: int = 8000) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, rate).samples, rate)
    return str(path)


def test_every_missing_file_is_named_at_once(tmp_path: Path) -> None:
    present = _wav(tmp_path / "a.wav")
    with pytest.raises(UsageError, match=r"b\.wav: no such file\n.*c\.wav: no such file$"):
        plan([present, str(tmp_path / "b.wav"), str(tmp_path / "c.wav")], None, "txt")


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder, a sound file was wanted"):
        plan([str(tmp_path)], None, "txt")


def test_two_recordings_of_one_stem_are_refused_when_files_are_wanted(tmp_path: Path) -> None:
    sources = [_wav(tmp_path / "x" / "a.wav"), _wav(tmp_path / "y" / "a.flac")]
    assert [job.target for job in plan(sources, None, "txt")] == [None, None]
    with pytest.raises(UsageError, match=r"x/a\.wav and .*y/a\.flac: would both be written to .*a\.txt"):
        plan(sources, tmp_path / "out", "txt")


def test_standard_input_cannot_be_read_twice() -> None:
    with pytest.raises(UsageError, match="can be read only once, it was named 2 times"):
        plan(["-", "-"], None, "txt")


def test_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    with pytest.raises(UsageError, match="is a file, a folder to write into was wanted"):
        plan([source], Path(source), "txt")


def test_targets_are_named_after_the_stem(tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.b.wav")
    assert plan([source, "-"], tmp_path, "json") == [
        Job(source, tmp_path / "a.b.json"),
        Job("-", tmp_path / "stdin.json"),
    ]


def test_a_recording_that_fails_costs_no_other_one_its_transcript(tiny: Path, tmp_path: Path) -> None:
    good, other = _wav(tmp_path / "good.wav"), _wav(tmp_path / "other.flac")
    text, short, empty = tmp_path / "text.wav", _wav(tmp_path / "short.wav", seconds=0.05), tmp_path / "empty.wav"
    text.write_text("not audio")
    soundfile.write(empty, np.zeros(0), 8000)
    jobs = plan([good, str(text), short, str(empty), other], tmp_path, "txt")
    outcomes = list(run(Recognizer.load(tiny), jobs, "txt"))
    assert [outcome.transcript is not None for outcome in outcomes] == [True, False, False, False, True]
    for outcome in outcomes:
        assert outcome.job.target is not None
        assert outcome.job.target.exists() == (outcome.transcript is not None)
        if outcome.transcript is None:
            assert outcome.error.startswith(outcome.job.source)
            assert outcome.error.count(outcome.job.source) == 1
            assert "\n" not in outcome.error


def test_files_hold_the_transcript_in_the_format_asked_for(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    (outcome,) = run(Recognizer.load(tiny), plan([source], tmp_path, "json"), "json")
    assert outcome.transcript is not None
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["text"] == outcome.transcript.text != ""


def test_a_transcript_that_cannot_be_written_is_a_failure_with_a_name(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav")
    (outcome,) = run(Recognizer.load(tiny), [Job(source, tmp_path / "gone" / "a.txt")], "txt")
    assert outcome.transcript is None
    assert outcome.error == f"{source}: cannot write {tmp_path / 'gone' / 'a.txt'} (No such file or directory)"


@pytest.mark.parametrize(("rate", "warned"), [(6000, True), (8000, False), (44100, False)])
def test_audio_below_the_rate_of_the_model_is_warned_about(tiny: Path, tmp_path: Path, rate: int, warned: bool) -> None:
    source = _wav(tmp_path / "a.wav", rate=rate)
    (outcome,) = run(Recognizer.load(tiny), [Job(source, None)], "txt")
    assert outcome.transcript is not None
    assert outcome.warning.startswith(f"{source}: 6000 Hz, below the model's 8000 Hz") == warned
    assert bool(outcome.warning) == warned


def test_standard_input_transcribes_as_the_file_does(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _wav(tmp_path / "a.wav")

    class Stdin:
        buffer = io.BytesIO(Path(source).read_bytes())

    monkeypatch.setattr(batch.sys, "stdin", Stdin)
    from_file, from_stdin = run(Recognizer.load(tiny), [Job(source, None), Job("-", None)], "txt")
    assert from_stdin.transcript == from_file.transcript is not None


def test_transcribing_imports_neither_what_training_needs_nor_pydantic(tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "a.wav", rate=44100)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from speechrnn.bundle.find import resolve_model\n"
        "from speechrnn.transcription.batch import plan, run\n"
        "from speechrnn.transcription.recognizer import Recognizer\n"
        f"recognizer = Recognizer.load(resolve_model(Path({str(tiny)!r})))\n"
        f"(outcome,) = run(recognizer, plan([{source!r}], None, 'json'), 'json')\n"
        "print(outcome.transcript.text)\n"
        "print(*sorted({'torch', 'lhotse', 'librosa', 'pydantic', 'onnx', 'scipy', 'yaml'} & sys.modules.keys()))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=True, text=True)
    text, heavy = done.stdout.splitlines()
    assert text
    assert heavy == ""


def test_a_closed_standard_input_is_one_error(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    (outcome,) = run(Recognizer.load(tiny), [Job("-", None)], "txt")
    assert outcome.error == "-: standard input is closed; pipe a sound file into it"
