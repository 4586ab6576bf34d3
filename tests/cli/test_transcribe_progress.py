"""What is shown of the work, by a clock that the test sets."""

import io
import re
import time
from dataclasses import dataclass

import pytest
from rich.console import Console

from speechrnn.cli import transcribe_progress
from speechrnn.cli.transcribe_progress import Bar, Lines, progressing


@dataclass
class Clock:
    """Time stands still until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_log_gets_a_line_a_minute_and_nothing_of_short_work(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = Lines(200, clock)
    for number in range(1, 130):
        clock.seconds = number
        lines.done()
    assert capsys.readouterr().err == "progress: 60 of 200 recordings\nprogress: 120 of 200 recordings\n"


def test_a_log_tells_how_far_a_long_recording_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    lines = Lines(1, clock)
    for minute in range(3):
        clock.seconds = 59.0 * minute
        lines.part("talk.wav", 600.0 * minute, 10_800.0)
    lines.part("talk.wav", 1200.0, None)
    lines.done()
    assert capsys.readouterr().err == "progress: talk.wav, 20:00 of 3:00:00\n"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Stand a terminal of 100 columns in for stderr."""
    screen = io.StringIO()
    monkeypatch.setattr(
        "rich.console.Console", lambda stderr: Console(file=screen, force_terminal=True, width=100, color_system=None)
    )
    return screen


def _last_line(screen: io.StringIO) -> str:
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    return plain.replace("\r", "\n").strip().splitlines()[-1] if plain.strip() else ""


def test_a_terminal_shows_a_bar_with_time_left_once_it_takes_longer(terminal: io.StringIO) -> None:
    clock = Clock()
    bar = Bar(1, clock)
    clock.seconds = 0.9
    bar.part("[x] talk.wav", 30.0, 120.0)
    assert terminal.getvalue() == ""
    clock.seconds = 1.1
    bar.part("[x] talk.wav", 30.0, 120.0)
    time.sleep(0.02)  # what is left is reckoned by the clock on the wall
    bar.part("[x] talk.wav", 60.0, 120.0)
    assert re.match(r"\[x\] talk\.wav 1:00 of 2:00 ━+ +0:00:0\d$", _last_line(terminal))
    bar.close()


def test_the_end_of_a_recording_is_news_of_all_and_not_of_it(terminal: io.StringIO) -> None:
    clock = Clock()
    bar = Bar(2, clock)
    clock.seconds = 5.0
    bar.part("a.wav", 3.0, 3.0)
    assert terminal.getvalue() == ""
    bar.done()
    assert _last_line(terminal).startswith("1 of 2 ")
    bar.close()


def test_a_recording_of_unknown_length_shows_what_is_done(terminal: io.StringIO) -> None:
    clock = Clock()
    bar = Bar(1, clock)
    clock.seconds = 5.0
    bar.part("-", 3725.0, None)
    assert _last_line(terminal).startswith("- 1:02:05 ")
    bar.close()


def test_lines_stand_above_the_bar_and_nothing_is_left_of_it(terminal: io.StringIO) -> None:
    clock = Clock()
    bar = Bar(4, clock)
    clock.seconds = 2.0
    bar.done()
    assert _last_line(terminal).startswith("1 of 4 ")
    with bar.aside():
        assert terminal.getvalue().endswith("\x1b[2K")  # the line is empty
        terminal.write("said\n")
    bar.done()
    assert _last_line(terminal).startswith("2 of 4 ")
    bar.close()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_without_a_terminal_there_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    with progressing(3) as progress:
        assert isinstance(progress, Lines)
    monkeypatch.setattr(transcribe_progress.sys.stderr, "isatty", lambda: True, raising=False)
    with progressing(3) as progress:
        assert isinstance(progress, Bar)
