"""What the user sees while work goes on."""

import io

from rich.console import Console
from rich.progress import Progress

from speechrnn.training.progress import Bar, Lines, reporting


def test_lines_come_out_as_they_are_whole_and_unmarked() -> None:
    out = io.StringIO()
    lines = Lines(Console(file=out, width=20))
    line = "warning: /a/[b]/c.wav: 'x' :smile: " + "long " * 20
    lines.start("epoch", 3)
    lines.say(line)
    lines.advance()
    assert out.getvalue() == line + "\n"


def test_where_stderr_is_no_terminal_there_are_plain_lines() -> None:
    with reporting() as reporter:
        assert type(reporter) is Lines


def test_on_a_terminal_a_bar_counts_steps_and_starts_over() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    with Progress(console=console, auto_refresh=False) as progress:
        bar = Bar(console, progress)
        bar.start("epoch 1/3", 7)
        bar.advance()
        bar.advance(3)
        (task,) = progress.tasks
        assert (task.description, task.completed, task.total, task.visible) == ("epoch 1/3", 4, 7, True)
        bar.start("dev", 2)
        assert (task.description, task.completed, task.total) == ("dev", 0, 2)
