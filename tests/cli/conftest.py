"""The command line through both doors: the function `main` in this process, and a fresh process from the checkout."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from speechrnn.cli import app

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def errors(self) -> list[str]:
        """The lines that tell of errors."""
        return [line for line in self.stderr.splitlines() if line.startswith("error: ")]


Door = Callable[..., Ended]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Door:
    """Run `speechrnn ARGUMENTS` in this process."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["speechrnn", *map(str, arguments)])
        with pytest.raises(SystemExit, match=r"^\d+$") as ended:  # a number, never a message
            app.main()
        captured = capfd.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return run


def fresh(*arguments: object, door: str = "cli.py", cwd: Path | None = None) -> Ended:
    """Run `speechrnn ARGUMENTS` in a fresh process; `door` is `cli.py` or `module`."""
    start = [str(ROOT / "cli.py")] if door == "cli.py" else ["-m", "speechrnn.cli"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    command = [sys.executable, *start, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, env=environment, cwd=cwd, timeout=300, check=False)
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(params=["main", "cli.py"])
def door(request: pytest.FixtureRequest, main: Door) -> Door:
    """Each door in turn; for what ends before anything heavy is imported."""
    return main if request.param == "main" else fresh
