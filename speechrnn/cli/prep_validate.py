"""`speechrnn prep validate`: every error, every warning and, with --fix, every repair, as they are found."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from speechrnn.cli.progress_bar import with_progress

if TYPE_CHECKING:
    from speechrnn.corpora.fixes import Fix
    from speechrnn.corpora.problem import Doubt, Problem
    from speechrnn.progress import Progress
    from speechrnn.recipe import CorpusConfig


class _Tally:
    """Shows findings and counts them by level and kind."""

    def __init__(self, as_json: bool) -> None:
        self.usable, self._unusable, self._as_json = 0, 0, as_json
        self.kinds: dict[str, Counter[str]] = {"error": Counter(), "warning": Counter(), "fixed": Counter()}

    def take(self, item: Any) -> None:
        """Count one thing that was found, and show it if it is a finding."""
        from speechrnn.corpora.fixes import Fix
        from speechrnn.corpora.problem import Doubt, Problem

        if isinstance(item, Fix):
            self._show("fixed", item.what, item, f"{item.before!r} is now {item.after!r}")
        elif isinstance(item, Problem):
            self._unusable += 1
            for problem in item.each():
                self._show("error", problem.kind, problem, problem.reason)
        elif isinstance(item, Doubt):
            self._show("error" if item.is_refused else "warning", item.kind, item, item.reason)
        else:
            self.usable += 1

    def finish(self) -> None:
        """Show the counts."""
        counts = {level: dict(kinds) for level, kinds in self.kinds.items()}
        if self._as_json:
            return typer.echo(json.dumps({"usable": self.usable, "not_usable": self._unusable} | counts))
        typer.echo(f"{self.usable} utterances usable, {self._unusable} not")
        for level, kinds in counts.items():
            if kinds:
                typer.echo(f"{level}{'s' * (level != 'fixed')}: {summary(kinds)}", err=True)

    def _show(self, level: str, kind: str, item: "Problem | Doubt | Fix", text: str) -> None:
        self.kinds[level][kind] += 1
        if self._as_json:
            typer.echo(json.dumps({"level": level} | item.to_dict(), ensure_ascii=False))
        else:
            show_finding(level, item, kind, text)


def validate(config: "CorpusConfig", data: Path | None, jobs: int, as_json: bool) -> None:
    """Check a corpus; findings go to stderr, or with `as_json` to stdout as one JSON object a line.

    Raises:
        Exit: with code 1, something cannot be used, or train and test share what they must not.
        SpeechRnnError: as `corpora.examine.validate_corpus`.
    """
    from speechrnn.corpora.examine import validate_corpus
    from speechrnn.corpora.prepare import data_directory

    tally = _Tally(as_json)

    def work(progress: "Progress") -> None:
        for item in validate_corpus(config, data_directory(data), jobs=jobs, progress=progress):
            tally.take(item)

    with_progress(work)
    tally.finish()
    if tally.kinds["error"]:
        raise typer.Exit(1)


def show_finding(level: str, item: "Problem | Doubt | Fix", kind: str, text: str) -> None:
    """Name one finding on stderr, in one line: file, what, kind, and the line of the table that lists it."""
    is_listed = item.where.startswith(f"{item.path}:")  # the finding is about the table itself
    path, listed = (item.where, "") if is_listed else (item.path, f" ({item.where})" if item.where else "")
    typer.echo(f"{level}: {path}: {text} [{kind}]{listed}", err=True)


def summary(kinds: Mapping[str, int]) -> str:
    """Count by kind, the commonest first."""
    most = sorted(kinds.items(), key=lambda kind: -kind[1])
    return f"{sum(kinds.values())} ({', '.join(f'{count} {kind}' for kind, count in most)})"
