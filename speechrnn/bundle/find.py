"""Which model a command means: a file, a run folder, or the newest finished run."""

from pathlib import Path
from typing import Final

from speechrnn.errors import UsageError

BUNDLE_NAME: Final = "model.srnn"
RUNS: Final = Path("runs")
_HINT: Final = "train one (speechrnn train recipes/spoken_digits.yaml) or give the path of one"


def resolve_model(path: Path | None) -> Path:
    """Find the model file.

    Args:
        path: a model file, a run folder, or None for the newest `runs/*/model.srnn` below the working folder.

    Raises:
        UsageError: there is none; says how to get one.
    """
    if path is None:
        return _newest_run()
    if path.is_dir():
        if (path / BUNDLE_NAME).is_file():
            return path / BUNDLE_NAME
        raise UsageError(f"{path}: no {BUNDLE_NAME} in this folder; has the run finished? Else {_HINT}")
    if not path.is_file():
        raise UsageError(f"{path}: no such model file or run folder; {_HINT}")
    return path


def _newest_run() -> Path:
    found = [path for path in RUNS.glob(f"*/{BUNDLE_NAME}") if path.is_file()]
    if not found:
        raise UsageError(f"no model given and no finished run under {RUNS}/; {_HINT}")
    return max(found, key=lambda path: (path.stat().st_mtime_ns, path))
