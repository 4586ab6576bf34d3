"""Which model a command means: a file, a run folder, a name, or none said.

Where none is said it is the model inside of the package, in every folder: what a command does must not hang on what
else lies there. Whoever has trained a model below the working folder is told how to name it.
"""

import difflib
from pathlib import Path
from typing import Final

from speechrnn.bundle.named import embedded_models, is_cached, is_embedded, named_models
from speechrnn.errors import UsageError

BUNDLE_NAME: Final = "model.srnn"
RUNS: Final = Path("runs")
DEFAULT: Final = "digits"
_HINT: Final = "train one (speechrnn train recipes/spoken_digits.yaml) or give the path of one"


def resolve_model(path: Path | None, *, to_change: bool = False) -> Path:
    """Find the model file.

    Args:
        path: a model file, a run folder, the name of a model in the package or the cache, or None for the model
            inside of the package.
        to_change: whether the file will be written to.

    Raises:
        UsageError: there is none, or the package's own would be changed; says what to do.
    """
    found = _default_model() if path is None else _given_model(path)
    if to_change and is_embedded(found):
        raise UsageError(f"{found.stem}: is part of the package and stays as it is; copy {found} and change the copy")
    return found


def finished_runs() -> list[Path]:
    """Find the model files of the runs below the working folder, the newest first."""
    found = [path for path in RUNS.glob(f"*/{BUNDLE_NAME}") if path.is_file()]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path), reverse=True)


def describe_choice(path: Path) -> str:
    """Say which model was found, as a user would name it.

    >>> describe_choice(Path("runs/yesno/model.srnn"))
    'runs/yesno/model.srnn'
    """
    if is_embedded(path):
        newest = next(iter(finished_runs()), None)
        own = "" if newest is None else f"; for your newest run: -m {newest.parent}"
        return f"{path.stem} (inside of the package; `speechrnn models show {path.stem}` says what it knows{own})"
    return path.stem if is_cached(path) else str(path)


def _default_model() -> Path:
    if found := embedded_models().get(DEFAULT):
        return found
    raise UsageError(f"no model given, and this copy of speechrnn holds none; {_HINT}")


def _given_model(path: Path) -> Path:
    if path.is_file():
        return path
    if path.is_dir() and (path / BUNDLE_NAME).is_file():
        return path / BUNDLE_NAME
    names = named_models()
    if found := names.get(str(path)):
        return found
    if path.parts and path.parts[0] in ("hf:", "https:", "http:"):
        raise UsageError(f"{path}: is not on this machine yet; fetch it first with speechrnn models pull")
    if path.is_dir():
        raise UsageError(f"{path}: no {BUNDLE_NAME} in this folder; has the run finished? Else {_HINT}")
    # A run is called by its folder: naming `fsdd` for `runs/fsdd` is the likeliest slip.
    runs = {run.parent.name: str(run.parent) for run in finished_runs()}
    near = [runs[str(path)]] if str(path) in runs else difflib.get_close_matches(str(path), names, n=1)
    guess = f"did you mean {near[0]}? `speechrnn models` lists the names" if near else _HINT
    raise UsageError(f"{path}: no such model file or run folder, and no model of that name; {guess}")
