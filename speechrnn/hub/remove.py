"""Deletes models from the user's cache, and nothing else anywhere."""

from collections.abc import Sequence
from pathlib import Path

from speechrnn.bundle.named import cached_models, embedded_models
from speechrnn.errors import UsageError


def remove(names: Sequence[str]) -> list[Path]:
    """Delete models by name, all of them or, where one is not there, none.

    Returns:
        The files that were deleted.

    Raises:
        UsageError: a name is not one of the cache.
    """
    cached = cached_models()
    if unknown := [name for name in names if name not in cached]:
        raise UsageError("\n".join(map(_refusal, unknown)))
    paths = [cached[name] for name in dict.fromkeys(names)]
    for path in paths:
        path.unlink()
    return paths


def _refusal(name: str) -> str:
    if name in embedded_models():
        return f"{name}: is part of the package and cannot be removed"
    return f"{name}: no model of that name in the cache; `speechrnn models` lists them"
