"""One training at a time in a run folder: two would write into each other's checkpoints.

The lock is the operating system's, so it ends with the process, however that ends. Windows has no `fcntl`; there the
folder is not locked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from speechrnn.errors import UsageError

LOCK_FILE: Final = ".lock"


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Hold a run folder, made if absent.

    Raises:
        UsageError: another training holds it.
    """
    run.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (run / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"{run}: another training is at work in this folder; wait for it, or choose another with --run"
            ) from error
        yield
