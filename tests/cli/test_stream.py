"""`speechrnn transcribe --stream` and `speechrnn listen`, as a user types them."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.streaming import LiveModel
from tests.cli.conftest import ROOT, Door
from tests.fake_sounddevice import FakeSounddevice
from tests.mini_corpus import RATE_HZ, speak

TEXTS = ("abc d", "da", "cab bad")


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    """Three utterances with pauses."""
    rng = np.random.default_rng(8)
    parts = [part for text in TEXTS for part in (speak(text, rng), rng.normal(0, 0.001, round(1.4 * RATE_HZ)))]
    return np.concatenate(parts).astype(np.float32)


@pytest.fixture(scope="module")
def expected(trained_live: Path, spoken: np.ndarray) -> list[str]:
    """What the model makes of them."""
    recognizer = LiveModel.load(trained_live).start(RATE_HZ, EndpointRules())
    ended = [*recognizer.accept(spoken).ended, *recognizer.finish().ended]
    assert len(ended) == 3
    return [one.text for one in ended]


@pytest.fixture
def wav(tmp_path: Path, spoken: np.ndarray) -> Path:
    """The same as a file."""
    soundfile.write(tmp_path / "spoken.wav", spoken, RATE_HZ, subtype="FLOAT")
    return tmp_path / "spoken.wav"


def test_each_utterance_is_a_line_and_latency_is_told(
    main: Door, trained_live: Path, wav: Path, expected: list[str]
) -> None:
    ended = main("transcribe", "--stream", wav, "-m", trained_live)
    assert (ended.code, ended.stdout.splitlines()) == (0, expected)
    assert "ms after their end (measured, median)" in ended.stderr
    assert "\r" not in ended.stderr  # no terminal, so nothing is rewritten


def test_json_is_an_object_per_utterance_with_times_of_the_stream(
    main: Door, trained_live: Path, wav: Path, expected: list[str]
) -> None:
    ended = main("transcribe", "--stream", wav, "-m", trained_live, "-f", "json")
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["text"].strip() for one in found] == expected
    starts = [one["segments"][0]["start"] for one in found]
    assert starts == sorted(starts)
    assert starts[1] > found[0]["segments"][0]["end"] + 1


def test_the_options_change_where_utterances_end(main: Door, trained_live: Path, wav: Path) -> None:
    whole = main("transcribe", "--stream", wav, "-m", trained_live, "--end-silence", "3")
    assert len(whole.stdout.splitlines()) == 1
    cut = main("transcribe", "--stream", wav, "-m", trained_live, "--end-silence", "3", "--max-utterance", "2")
    assert len(cut.stdout.splitlines()) > 1


REFUSED = {
    "a --stream b": "one recording at a time, 2 came",
    "a --stream --channel split": "--channel split: came beside --stream",
    "a --stream -o out": "-o: came beside --stream",
    "a --stream -f srt": "-f srt: came beside --stream, which writes txt or json",
    "a --stream -j 2": "-j 2: came beside --stream",
    "a --end-silence 1": "--end-silence: .* add --stream",
    "a --max-utterance 9": "--max-utterance: .* add --stream",
}


@pytest.mark.parametrize("typed", REFUSED)
def test_what_does_not_go_with_a_stream_is_refused(main: Door, live: Path, wav: Path, typed: str) -> None:
    (wav.parent / "other.wav").write_bytes(wav.read_bytes())
    names = {"a": wav, "b": wav.parent / "other.wav"}
    ended = main("transcribe", *(names.get(word, word) for word in typed.split()), "-m", live)
    assert ended.code == 2
    (line,) = ended.errors
    assert re.search(REFUSED[typed], line)


def started(arguments: list[object], **streams: object) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"}
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, **streams)  # type: ignore[call-overload, no-any-return]


def test_lines_come_out_of_a_pipe_that_is_still_open(
    trained_live: Path, spoken: np.ndarray, expected: list[str]
) -> None:
    samples = (spoken * 32767).astype("<i2")
    arguments = ["transcribe", "--stream", "-", "--raw", "--rate", RATE_HZ, "-m", trained_live]
    with started(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(samples[: len(samples) * 2 // 3].tobytes())
        process.stdin.flush()
        assert process.stdout.readline().decode() == f"{expected[0]}\n"
        assert process.poll() is None
        rest, _ = process.communicate(samples[len(samples) * 2 // 3 :].tobytes(), timeout=60)
    assert rest.decode().splitlines() == expected[1:]
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_quiet_pipe_ends_on_a_signal_with_what_was_said_last(
    trained_live: Path, spoken: np.ndarray, expected: list[str], number: signal.Signals
) -> None:
    # It breaks off before the last pause is over, so that the last line waits for more.
    samples = (spoken[: -round(1.3 * RATE_HZ)] * 32767).astype("<i2")
    arguments = ["transcribe", "--stream", "-", "--raw", "--rate", RATE_HZ, "-m", trained_live]
    with started(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(samples.tobytes())
        process.stdin.flush()
        lines = [process.stdout.readline().decode() for _ in expected[:-1]]
        time.sleep(0.5)
        process.send_signal(number)
        try:
            process.wait(timeout=20)  # its standard input is still open
        finally:
            process.kill()
        last, stderr = process.stdout.read().decode(), process.stderr.read().decode()
    assert (process.returncode, lines) == (0, [f"{text}\n" for text in expected[:-1]])
    assert last.strip()
    assert len(last.splitlines()) == 1
    assert "latency: " in stderr
    assert "Fatal" not in stderr


def test_a_terminal_shows_what_is_being_said_and_takes_it_back(
    trained_live: Path, spoken: np.ndarray, expected: list[str]
) -> None:
    master, slave = pty.openpty()
    arguments = ["transcribe", "--stream", "-", "--raw", "--rate", RATE_HZ, "--encoding", "f32le", "-m", trained_live]
    with started(arguments, stdout=subprocess.PIPE, stderr=slave) as process:
        os.close(slave)
        stdout, _ = process.communicate(spoken.tobytes(), timeout=60)
    shown = os.read(master, 1 << 16).decode()
    os.close(master)
    rewritten = [line.split("\n")[0] for line in shown.split("\r\x1b[2K")[1:]]
    assert stdout.decode().splitlines() == expected
    assert len(set(rewritten)) > 6
    assert expected[0][:2] in rewritten
    assert "" in rewritten


def test_listening_ends_on_ctrl_c_with_what_was_said_last(
    main: Door, trained_live: Path, spoken: np.ndarray, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = np.repeat(spoken[: -round(1.3 * RATE_HZ)], 2)  # 16 kHz, and it breaks off before the last pause is over

    def ctrl_c() -> None:
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(loud, ctrl_c))
    ended = main("listen", "-m", trained_live)
    assert (ended.code, len(ended.stdout.splitlines())) == (0, 3)
    assert ended.stdout.splitlines()[1:] == expected[1:]
    assert "listening: headset, 16000 Hz; Ctrl-C ends" in ended.stderr
    assert "latency: " in ended.stderr


def test_microphones_are_listed(main: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", FakeSounddevice(np.zeros(0, np.float32)))
    ended = main("listen", "--list-devices")
    assert ended.stdout == "0\tbuilt-in\t2 channels, 48000 Hz\n2\theadset\t1 channels, 16000 Hz, the default\n"


def test_listening_without_sounddevice_is_one_line(main: Door, live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    ended = main("listen", "-m", live)
    assert (ended.code, len(ended.errors)) == (1, 1)
    assert "pip install 'speechrnn[mic]'" in ended.errors[0]
