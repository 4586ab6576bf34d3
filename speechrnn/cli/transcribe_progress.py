"""How far `transcribe` is, on stderr: a bar on a terminal, a line now and then in a log. Short work shows neither."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import typer

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

QUIET_SECONDS: Final = 1.0
"""Work that takes no longer shows no bar."""
LINE_SECONDS: Final = 60.0
"""In a log a line comes no sooner after the last one."""


class Progress(Protocol):
    """Takes news of the work."""

    def part(self, name: str, seconds: float, total_seconds: float | None) -> None:
        """So much audio of a recording is done, of so much in all where that is known."""

    def done(self) -> None:
        """A recording is finished."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Make room for lines."""
        yield


class Lines:
    """For logs and pipes."""

    def __init__(self, num_recordings: int, now: Callable[[], float] = time.monotonic) -> None:
        """Begin to count."""
        self._num_recordings, self._num_done, self._now = num_recordings, 0, now
        self._last = now()

    def part(self, name: str, seconds: float, total_seconds: float | None) -> None:
        """Tell of a long recording now and then."""
        whole = "" if total_seconds is None else f" of {clock(total_seconds)}"
        self._tell(f"{name}, {clock(seconds)}{whole}")

    def done(self) -> None:
        """Count a recording, and tell of many now and then."""
        self._num_done += 1
        if self._num_done < self._num_recordings:
            self._tell(f"{self._num_done} of {self._num_recordings} recordings")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is in the way of lines."""
        yield

    def _tell(self, news: str) -> None:
        if self._now() - self._last >= LINE_SECONDS:
            self._last = self._now()
            typer.echo(f"progress: {news}", err=True)


class Bar:
    """For terminals: one bar under the lines, which leaves no trace."""

    def __init__(self, num_recordings: int, now: Callable[[], float] = time.monotonic) -> None:
        """Begin to count; the bar shows up later."""
        self._num_recordings, self._num_done, self._now = num_recordings, 0, now
        self._started = now()
        self._bar: RichProgress | None = None

    def part(self, name: str, seconds: float, total_seconds: float | None) -> None:
        """Move on inside of a recording."""
        share = seconds / total_seconds if total_seconds else None
        if share is not None and share >= 1.0:
            return  # `done` says more, and two titles in turn would flicker
        whole = "" if total_seconds is None else f" of {clock(total_seconds)}"
        self._show(f"{name} {clock(seconds)}{whole}", share)

    def done(self) -> None:
        """Count a recording."""
        self._num_done += 1
        self._show(f"{self._num_done} of {self._num_recordings}", 0.0)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away, and bring it back."""
        shown = self._bar
        if shown is not None:
            shown.stop()
        yield
        if shown is not None:
            shown.start()

    def close(self) -> None:
        """Take the bar away for good."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _show(self, title: str, share: float | None) -> None:
        if self._now() - self._started < QUIET_SECONDS:
            return
        if self._bar is None:
            self._bar = _new_bar()
            self._bar.add_task("")
            self._bar.start()
        # Without the length of the only recording there is nothing to be a share of.
        total = None if share is None and self._num_recordings == 1 else self._num_recordings
        task = self._bar.task_ids[0]
        self._bar.update(task, description=title, total=total, completed=self._num_done + (share or 0.0), refresh=True)


@contextmanager
def progressing(num_recordings: int) -> Iterator[Progress]:
    """Give the progress that suits stderr."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield Lines(num_recordings)
        return
    bar = Bar(num_recordings)
    try:
        yield bar
    finally:
        bar.close()


def clock(seconds: float) -> str:
    """Write a length.

    >>> clock(65), clock(3725)
    ('1:05', '1:02:05')
    """
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes}:{seconds:02}"


def _new_bar() -> "RichProgress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    # Names may hold brackets, which are no markup; drawn when there is news, so that no thread draws into a line.
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
