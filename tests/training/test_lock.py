"""Two trainings in one run folder would write into each other's checkpoints."""

import subprocess
import sys
from pathlib import Path

import pytest

from speechrnn.errors import UsageError
from speechrnn.training.lock import locked

HOLD = (
    "import sys; from pathlib import Path; from speechrnn.training.lock import locked\nwith locked(Path(sys.argv[1])): "
)


def test_a_second_training_in_a_held_folder_is_refused(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "run"),
        pytest.raises(UsageError, match="another training is at work in this folder"),
        locked(tmp_path / "run"),
    ):
        pass


def test_the_lock_ends_with_the_process_even_when_it_is_killed(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", HOLD + "import os; os.kill(os.getpid(), 9)", str(tmp_path)], check=False
    )
    assert killed.returncode == -9
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()
