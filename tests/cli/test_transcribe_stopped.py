"""Ctrl-C: the command ends at once and says what was done and what was not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from speechrnn.audio import AudioStream
from speechrnn.transcription import batch
from tests.cli.conftest import ROOT, Door
from tests.tiny_bundle import noise


def _wav(path: Path) -> Path:
    soundfile.write(path, noise(0.5).samples, 8000)
    return path


@pytest.fixture
def stops_at_b(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Ctrl-C when a recording `b.wav` is reached; what is called `long.wav` is stopped in its third minute."""
    transcribe_parts = batch.transcribe_parts

    def pressed(recognizer: object, stream: AudioStream, channel: int | None) -> object:
        if Path(stream.name).stem == "b":
            raise KeyboardInterrupt
        for part in transcribe_parts(recognizer, stream, channel):  # type: ignore[arg-type]
            yield part
            if Path(stream.name).stem == "long":
                raise KeyboardInterrupt

    monkeypatch.setattr(batch, "transcribe_parts", pressed)


@pytest.mark.usefixtures("stops_at_b")
def test_of_several_it_says_how_many_are_done_and_which_is_not(main: Door, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_text("no sound")
    names = ["a.wav", "bad.wav", "b.wav", "c.wav"]
    sources = [tmp_path / name if name == "bad.wav" else _wav(tmp_path / name) for name in names]
    ended = main("transcribe", *sources, "-m", tiny)
    assert (ended.code, len(ended.stdout.splitlines())) == (130, 1)
    stopped = f"error: stopped: 1 of 4 recordings are done, 1 failed, {sources[2]} is the first that is not"
    assert ended.errors[1:] == [stopped]
    ended = main("transcribe", *sources, "-m", tiny, "-o", tmp_path / "out")
    assert ended.code == 130
    assert ended.errors[1:] == [f"{stopped}; the same command with --skip-existing goes on"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


@pytest.mark.usefixtures("stops_at_b")
def test_of_one_it_says_how_far_it_came(main: Door, tiny: Path, tmp_path: Path) -> None:
    source = _wav(tmp_path / "b.wav")
    ended = main("transcribe", source, "-m", tiny)
    assert (ended.code, ended.stdout) == (130, "")
    assert ended.errors == [f"error: stopped: {source} is not done; nothing of it was heard"]
    long = tmp_path / "long.wav"
    soundfile.write(long, noise(40.0).samples, 8000)
    ended = main("transcribe", long, "-m", tiny, "-o", tmp_path / "out")
    assert ended.code == 130
    (line,) = ended.errors
    assert line.startswith(f"error: stopped: {long} is not done; its first 0:")
    assert line.endswith(" were heard, and nothing written")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_command_with_nothing_to_say_of_it_says_that_it_was_stopped(
    main: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("speechrnn.recipe.load.load_recipe", pressed)
    ended = main("recipe", "show", "any.yaml")
    assert (ended.code, ended.stderr) == (130, "error: stopped\n")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_pipe_that_says_nothing_is_not_waited_for(tiny: Path, tmp_path: Path, processes: str) -> None:
    sources = [str(_wav(tmp_path / name)) for name in ("a.wav", "b.wav")]
    named = ["-", *sources] if processes == "2" else [*sources, "-"]
    command = [sys.executable, str(ROOT / "cli.py"), "transcribe", *named, "-m", str(tiny), "-j", processes]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **streams) as process:  # type: ignore[call-overload]
        # What does not hang on the pipe comes out while it is still open.
        assert [process.stdout.readline().split("\t")[0] for _ in sources] == sources
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(timeout=20)
        finally:
            process.kill()
        stderr = process.stderr.read()
    assert code == 130
    assert stderr == "error: stopped: 2 of 3 recordings are done, - is the first that is not\n"
