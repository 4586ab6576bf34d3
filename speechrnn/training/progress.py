"""What the user sees while work goes on: a live bar on a terminal, plain lines in a log. All of it on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Reporter(Protocol):
    """Takes news of a run."""

    def say(self, line: str) -> None:
        """Show one line of text."""

    def start(self, title: str, total: int) -> None:
        """Begin counting `total` steps of something; 0 where nobody knows how many."""

    def advance(self, steps: int = 1) -> None:
        """Count steps done."""


class Lines:
    """For logs and pipes: lines only, no counting."""

    def __init__(self, console: Console) -> None:
        """Write to a console."""
        self.console = console

    def say(self, line: str) -> None:
        """Show one line of text."""
        self.console.print(line, markup=False, emoji=False, highlight=False, soft_wrap=True)

    def start(self, title: str, total: int) -> None:
        """Do nothing: a log gets whole lines."""

    def advance(self, steps: int = 1) -> None:
        """Do nothing."""


class Bar(Lines):
    """For terminals: one live bar under the lines."""

    def __init__(self, console: Console, progress: Progress) -> None:
        """Draw into a rich progress display."""
        super().__init__(console)
        self.progress = progress
        self.task = progress.add_task("", total=None, visible=False)

    def start(self, title: str, total: int) -> None:
        """Begin counting `total` steps of something."""
        self.progress.reset(self.task, description=title, total=total or None, visible=True)

    def advance(self, steps: int = 1) -> None:
        """Count steps done."""
        self.progress.advance(self.task, steps)


@contextmanager
def reporting() -> Iterator[Reporter]:
    """Give the reporter that suits stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(console, progress)
