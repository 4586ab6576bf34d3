"""Which recordings `speechrnn transcribe` takes, and how it reads them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.cli.conftest import ROOT, Door
from tests.tiny_bundle import noise


def _wav(path: Path, seconds: float = 0.5, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seconds, seed=seed).samples, 8000)
    return path


def test_each_channel_has_its_line_and_its_files(main: Door, tiny: Path, tmp_path: Path) -> None:
    channels = [noise(0.5, seed=seed).samples for seed in (1, 2)]
    soundfile.write(tmp_path / "a.wav", np.stack(channels, axis=1), 8000, subtype="FLOAT")
    command = ["transcribe", tmp_path / "a.wav", "-m", tiny]
    split = main(*command, "--channel", "split", "-o", tmp_path / "out", "-f", "srt")
    lines = [line.split("\t") for line in split.stdout.splitlines()]
    assert [line[0] for line in lines] == [f"{tmp_path / 'a.wav'}:ch0", f"{tmp_path / 'a.wav'}:ch1"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.ch0.srt", "a.ch1.srt"]
    alone = [main(*command, "--channel", number).stdout.strip() for number in (0, 1)]
    assert [line[1] for line in lines] == alone
    assert alone[0] != alone[1]
    assert main(*command, "--channel", "7").code == 1


@pytest.mark.parametrize(("channel", "named"), [("mix", {"1"}), ("0", {"1"}), ("1", {"2"}), ("split", {"1", "2"})])
def test_ctm_names_the_channel_on_stdout_as_in_its_files(
    main: Door, tiny: Path, tmp_path: Path, channel: str, named: set[str]
) -> None:
    channels = [noise(0.5, seed=seed).samples for seed in (1, 2)]
    soundfile.write(tmp_path / "a.wav", np.stack(channels, axis=1), 8000, subtype="FLOAT")
    command = ["transcribe", tmp_path / "a.wav", "-m", tiny, "--channel", channel, "-f", "ctm"]
    shown = main(*command).stdout
    assert {line.split()[1] for line in shown.splitlines()} == named
    main(*command, "-o", tmp_path / "out")
    assert "".join(path.read_text() for path in sorted((tmp_path / "out").glob("*.ctm"))) == shown


def test_raw_samples_from_a_pipe_are_the_recording(main: Door, tiny: Path, tmp_path: Path) -> None:
    audio = noise(0.5)
    soundfile.write(tmp_path / "a.wav", audio.samples, 8000, subtype="FLOAT")
    raw = ["-", "--raw", "--rate", "8000", "--encoding", "f32le", "--raw-channels", "2"]
    command = [sys.executable, str(ROOT / "cli.py"), "transcribe", "-m", str(tiny), *raw]
    interleaved = np.repeat(audio.samples.astype("<f4"), 2).tobytes()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    piped = subprocess.run(command, input=interleaved, capture_output=True, env=environment, timeout=120, check=True)
    assert piped.stdout.decode() == main("transcribe", tmp_path / "a.wav", "-m", tiny).stdout
    assert piped.stderr == b""


def test_folders_lists_and_patterns_lead_to_the_same_recordings(main: Door, tiny: Path, tmp_path: Path) -> None:
    paths = [_wav(tmp_path / "in" / name, seed=seed) for seed, name in enumerate(["a.wav", "b/a.wav"])]
    named = main("transcribe", *paths, "-m", tiny)
    (tmp_path / "list").write_text("".join(f"{path}\n" for path in paths))
    assert main("transcribe", "--from-list", tmp_path / "list", "-m", tiny) == named
    assert main("transcribe", tmp_path / "in" / "**" / "*.wav", "-m", tiny) == named
    folder = main("transcribe", "-r", tmp_path / "in", "-m", tiny, "-o", tmp_path / "out")
    assert (folder.stdout, folder.stderr) == (named.stdout, f"note: {tmp_path / 'in'}: 2 sound files\n")
    assert (tmp_path / "out" / "a.txt").read_text() + (tmp_path / "out" / "b" / "a.txt").read_text() == "".join(
        f"{line.split(chr(9))[1]}\n" for line in named.stdout.splitlines()
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--raw"], "--raw: samples without a header do not say how fast they are; add --rate"),
        (["--rate", "8000"], "--rate 8000: describes samples without a header; add --raw"),
        (["--raw", "--rate", "8000", "--encoding", "mp3"], "raw encoding mp3: unknown; give one of"),
        (["--channel", "left"], "--channel left: wanted mix, split or the number of a channel"),
    ],
)
def test_options_that_do_not_fit_together_are_refused_on_one_line(
    main: Door, tiny: Path, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    ended = main("transcribe", _wav(tmp_path / "a.wav"), "-m", tiny, *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"error: {reason}")
