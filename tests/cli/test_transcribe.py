"""`speechrnn transcribe`, through both doors: the function `main`, and a fresh process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.cli import app
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.recipe import DecodingConfig
from tests.tiny_bundle import ALPHABET, noise

ROOT = Path(__file__).parents[2]
# Typer itself converts arguments with pydantic, so that one is held apart: tests/transcription/test_batch.py.
FOR_TRAINING = "torch", "torchaudio", "lhotse", "librosa", "onnx", "matplotlib", "scipy", "jiwer", "yaml"


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str


Door = Callable[..., Ended]


@pytest.fixture(params=["main", "module", "cli.py"])
def door(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Door:
    """Run `speechrnn ARGUMENTS` in process, as a module, and as a checkout's script."""

    def in_process(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["speechrnn", *map(str, arguments)])
        with pytest.raises(SystemExit, match=r"^[012]$") as ended:  # a number, never a message
            app.main()
        captured = capfd.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    def in_a_fresh_process(*arguments: object) -> Ended:
        start = ["-m", "speechrnn.cli"] if request.param == "module" else [str(ROOT / "cli.py")]
        return _run([*start, *map(str, arguments)])

    return in_process if request.param == "main" else in_a_fresh_process


def _run(arguments: list[str], **options: object) -> Ended:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, env=environment, timeout=120, **options)  # type: ignore[call-overload]
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def _wav(path: Path, seconds: float = 0.5, rate: int = 8000, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, rate, seed).samples, rate)
    return path


def test_one_file_gives_its_bare_text(door: Door, tiny: Path, tmp_path: Path) -> None:
    ended = door("transcribe", _wav(tmp_path / "a.wav"), "-m", tiny)
    assert (ended.code, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 1
    assert set(ended.stdout.strip()) <= set(" abcé")
    assert ended.stdout.strip()


def test_several_files_give_path_tab_text_in_the_order_named(door: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / name, seed=seed) for seed, name in enumerate(["b.wav", "a.flac", "c.ogg"])]
    ended = door("transcribe", *paths, "-m", tiny)
    assert ended.code == 0
    lines = [line.split("\t") for line in ended.stdout.splitlines()]
    assert [line[0] for line in lines] == [str(path) for path in paths]
    for path, (_, text) in zip(paths, lines, strict=True):
        assert door("transcribe", path, "-m", tiny).stdout == f"{text}\n"


def test_json_gives_one_object_a_line(door: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / "a.wav"), _wav(tmp_path / "b.wav", seed=2)]
    ended = door("transcribe", *paths, "-m", tiny, "-f", "json")
    objects = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["audio"] for one in objects] == [str(path) for path in paths]
    text = door("transcribe", paths[0], "-m", tiny).stdout.strip()
    assert objects[0]["text"] == f" {text}" == "".join(word["word"] for word in objects[0]["segments"][0]["words"])


@pytest.mark.parametrize(
    "spelling", [("-o", "-f"), ("--output-dir", "--output-format"), ("--output_dir", "--output_format")]
)
def test_files_are_written_only_when_asked_and_under_every_spelling(
    door: Door, tiny: Path, tmp_path: Path, spelling: tuple[str, str]
) -> None:
    path, out = _wav(tmp_path / "in" / "a.wav"), tmp_path / "new" / "out"
    plain = door("transcribe", path, "-m", tiny)
    assert list((tmp_path / "in").iterdir()) == [path]
    ended = door("transcribe", path, "-m", tiny, spelling[0], out, spelling[1], "json")
    assert ended == plain
    assert [written.name for written in out.iterdir()] == ["a.json"]
    assert json.loads((out / "a.json").read_text(encoding="utf-8"))["text"] == f" {plain.stdout.strip()}"


def test_a_missing_file_is_found_before_the_model_is_opened(door: Door, tmp_path: Path) -> None:
    (tmp_path / "model.srnn").write_bytes(b"no model at all")
    present = _wav(tmp_path / "a.wav")
    ended = door("transcribe", tmp_path / "b.wav", present, tmp_path / "c.wav", "-m", tmp_path / "model.srnn")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [
        f"error: {tmp_path / 'b.wav'}: no such file",
        f"error: {tmp_path / 'c.wav'}: no such file",
    ]


def test_two_files_of_one_stem_never_overwrite_each_other(door: Door, tiny: Path, tmp_path: Path) -> None:
    one, other = _wav(tmp_path / "x" / "a.wav"), _wav(tmp_path / "y" / "a.wav", seed=2)
    ended = door("transcribe", one, other, "-m", tiny, "-o", tmp_path / "out")
    assert ended.code == 0
    written = [tmp_path / "out" / folder / "a.txt" for folder in ("x", "y")]
    assert sorted((tmp_path / "out").rglob("*.txt")) == written
    texts = [line.split("\t")[1] for line in ended.stdout.splitlines()]
    assert [path.read_text() for path in written] == [f"{text}\n" for text in texts]
    assert len(set(texts)) == 2
    again = door("transcribe", one, other, "-m", tiny, "-o", tmp_path / "out", "--skip-existing")
    assert (again.code, again.stdout) == (0, "")
    twice = door("transcribe", one, one, "-m", tiny, "-o", tmp_path / "out")
    assert (twice.code, twice.stdout) == (2, "")
    assert "would both be written to" in twice.stderr


def test_bad_recordings_are_named_and_skipped_and_the_others_written(door: Door, tiny: Path, tmp_path: Path) -> None:
    good, last = _wav(tmp_path / "good.wav"), _wav(tmp_path / "last.wav", seed=2)
    text, short, empty, hollow = (tmp_path / name for name in ("text.wav", "short.wav", "empty.wav", "hollow.wav"))
    text.write_text("a text file named wav")
    _wav(short, seconds=0.05)
    empty.write_bytes(b"")
    soundfile.write(hollow, np.zeros(0), 8000)
    ended = door("transcribe", good, text, short, empty, hollow, last, "-m", tiny, "-o", tmp_path / "out")
    assert ended.code == 1
    assert [line.split("\t")[0] for line in ended.stdout.splitlines()] == [str(good), str(last)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["good.txt", "last.txt"]
    *faults, summary = ended.stderr.splitlines()
    assert [line.split(": ")[:2] for line in faults] == [["error", str(bad)] for bad in (text, short, empty, hollow)]
    assert summary == "error: 4 of 6 files failed"


def test_a_stereo_file_at_44100_hz_is_transcribed(door: Door, tiny: Path, tmp_path: Path) -> None:
    audio = noise(0.5, 44100)
    soundfile.write(tmp_path / "mono.wav", audio.samples, 44100)
    soundfile.write(tmp_path / "stereo.wav", np.stack([audio.samples, audio.samples], axis=1), 44100)
    ended = door("transcribe", tmp_path / "mono.wav", tmp_path / "stereo.wav", "-m", tiny)
    assert (ended.code, ended.stderr) == (0, "")
    mono, stereo = (line.split("\t")[1] for line in ended.stdout.splitlines())
    assert mono == stereo != ""


def test_narrow_band_audio_is_warned_about_once_per_file(door: Door, tiny: Path, tmp_path: Path) -> None:
    path = _wav(tmp_path / "phone.wav", rate=6000)
    ended = door("transcribe", path, "-m", tiny)
    assert ended.code == 0
    (warning,) = ended.stderr.splitlines()
    assert warning.startswith(f"warning: {path}: 6000 Hz, below the model's 8000 Hz")


def test_a_truncated_model_is_one_line_and_exit_1(door: Door, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.srnn").write_bytes(tiny.read_bytes()[:-100])
    ended = door("transcribe", _wav(tmp_path / "a.wav"), "-m", tmp_path / "cut.srnn")
    assert (ended.code, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / 'cut.srnn'}: no speechrnn model, or cut short")


def test_a_missing_model_is_exit_2_with_the_way_to_one(door: Door, tmp_path: Path) -> None:
    ended = door("transcribe", _wav(tmp_path / "a.wav"), "-m", tmp_path / "gone.srnn")
    assert (ended.code, ended.stdout) == (2, "")
    assert "speechrnn train recipes/spoken_digits.yaml" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.wav", "-f", "docx"], ["a.wav", "--threads", "0"], ["--beams", "4", "a.wav"], ["--beam", "0", "a.wav"]],
)
def test_wrong_usage_is_exit_2_and_keeps_stdout_clean(door: Door, arguments: list[str]) -> None:
    ended = door("transcribe", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    assert ended.stderr


def test_without_a_model_the_one_of_the_package_is_taken_and_named(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    (tmp_path / "runs" / "tiny" / "model.srnn").write_bytes(tiny.read_bytes())
    path = _wav(tmp_path / "a.wav")
    ended = _run(["-m", "speechrnn.cli", "transcribe", str(path)], cwd=tmp_path)
    assert ended.code == 0
    assert ended.stderr.startswith("model: digits (inside of the package;")
    assert "for your newest run: -m runs" in ended.stderr
    assert ended.stdout == _run(["-m", "speechrnn.cli", "transcribe", str(path), "-m", "digits"]).stdout


def test_standard_input_is_read_from_a_pipe(tiny: Path, tmp_path: Path) -> None:
    path = _wav(tmp_path / "a.wav")
    command = ["-m", "speechrnn.cli", "transcribe", "-m", str(tiny)]
    piped = _run([*command, "-"], input=path.read_bytes())
    assert piped == _run([*command, str(path)])
    nothing = _run([*command, "-"], input=b"")
    assert (nothing.code, nothing.stdout) == (1, "")
    assert nothing.stderr.startswith("error: -: ")


def test_a_reader_that_goes_away_causes_no_traceback(tiny: Path, tmp_path: Path) -> None:
    paths = [str(_wav(tmp_path / f"{number}.wav", seed=number)) for number in range(20)]
    command = [sys.executable, "-m", "speechrnn.cli", "transcribe", "-m", str(tiny), *paths]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    stderr = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(timeout=60) != 0
    assert stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse file names that are not UTF-8")
def test_a_path_that_is_not_utf_8_comes_out_as_it_is(tiny: Path, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9.wav"
    plain = _wav(tmp_path / "a.wav")
    os.rename(plain, odd)
    command = [sys.executable, "-m", "speechrnn.cli", "transcribe", "-m", str(tiny), odd, odd, "-f"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*command, "txt"], capture_output=True, env=environment, timeout=60, check=True)
    assert [line.split(b"\t")[0] for line in done.stdout.splitlines()] == [odd, odd]
    done = subprocess.run([*command, "json"], capture_output=True, env=environment, timeout=60, check=True)
    assert json.loads(done.stdout.splitlines()[0])["audio"].endswith("caf\ufffd.wav")


def test_transcribing_never_imports_what_training_needs(tiny: Path, tmp_path: Path) -> None:
    path = _wav(tmp_path / "a.wav", rate=44100)
    script = (
        "import sys\n"
        f"sys.argv = ['speechrnn', 'transcribe', {str(path)!r}, '-m', {str(tiny)!r}, '-f', 'json']\n"
        "from speechrnn.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "print('onnxruntime' in sys.modules, 'soxr' in sys.modules, file=sys.stderr)\n"
        f"print(*[name for name in {FOR_TRAINING!r} if name in sys.modules], file=sys.stderr)\n"
    )
    ended = _run(["-c", script])
    assert ended.code == 0
    assert json.loads(ended.stdout)["text"]
    assert ended.stderr == "True True\n\n"


def test_more_threads_give_the_same_text(tiny: Path, tmp_path: Path) -> None:
    command = ["-m", "speechrnn.cli", "transcribe", str(_wav(tmp_path / "a.wav", seconds=2.0)), "-m", str(tiny)]
    assert _run([*command, "--threads", "2"]).stdout == _run(command).stdout


@pytest.mark.parametrize(
    ("option", "content", "words"),
    [("--grammar", "(ab | c)+\n", {"ab", "c"}), ("--lexicon", "ab\nc\n", {"ab", "c"})],
)
def test_a_grammar_or_lexicon_says_what_can_be_heard(
    main: Door, tiny: Path, tmp_path: Path, option: str, content: str, words: set[str]
) -> None:
    (tmp_path / "allowed.txt").write_text(content)
    audio = _wav(tmp_path / "a.wav", seconds=2.0)
    free, closed = (main("transcribe", audio, "-m", tiny, *more) for more in ([], [option, tmp_path / "allowed.txt"]))
    assert (closed.code, closed.stderr) == (0, "")
    assert not set(free.stdout.split()) <= words
    assert closed.stdout.split()
    assert set(closed.stdout.split()) <= words


def test_beam_hot_words_and_language_model_change_what_is_heard(main: Door, tiny: Path, tmp_path: Path) -> None:
    write_ngram(tmp_path / "lm.arpa", estimate_lm(["a b", "b a"], BuildOptions(unit="character")))
    audio = _wav(tmp_path / "a.wav", seconds=2.0)
    lm = ["--lm", tmp_path / "lm.arpa"]
    options = [[], ["--beam", "50"], ["--hotwords", "a:20,b:20"], lm, [*lm, "--alpha", "5"], [*lm, "--beta", "9"]]
    heard = [main("transcribe", audio, "-m", tiny, *more).stdout for more in options]
    assert len(set(heard)) >= len(heard) - 1
    assert heard[0] not in heard[2:]


def test_the_language_model_in_the_model_file_is_used_unless_no_lm(main: Door, tiny: Path, tmp_path: Path) -> None:
    model, audio = Path(shutil.copy(tiny, tmp_path / "model.srnn")), _wav(tmp_path / "a.wav", seconds=2.0)
    greedy = main("transcribe", audio, "-m", model)
    write_ngram(tmp_path / "lm.arpa", estimate_lm(["a b", "b a"], BuildOptions(unit="character")))
    config = DecodingConfig(kind="beam", lm=str(tmp_path / "lm.arpa"), alpha=5.0)
    store_decoder(model, build_decoder(config, ALPHABET), {})
    own = main("transcribe", audio, "-m", model)
    assert own.stdout != greedy.stdout
    assert main("transcribe", audio, "-m", model, "--no-lm") == greedy
    assert main("transcribe", audio, "-m", model, "--lm", tmp_path / "lm.arpa", "--alpha", "5").stdout == own.stdout


def test_several_processes_give_what_one_gives(main: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / f"{number}.wav", seed=number) for number in range(3)]
    paths.insert(1, tmp_path / "text.wav")
    paths[1].write_text("no sound")
    command = ["transcribe", *paths, "-m", tiny]
    assert main(*command, "-j", "2") == main(*command)
