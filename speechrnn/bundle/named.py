"""Models that go by a name instead of a path: those inside of the package, and those in the user's cache.

A name is the stem of a file `NAME.srnn` in `speechrnn/bundle/models` or in the folder `models` of the cache.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

EMBEDDED_FOLDER: Final = Path(__file__).with_name("models")
SUFFIX: Final = ".srnn"
NAME: Final = re.compile(r"[^\W_][\w.-]{0,99}")
"""Letters and digits of any script first, so that no name is a hidden file, an option or a path."""


def cache_directory() -> Path:
    """Choose the user's cache folder: `$SPEECHRNN_CACHE`, else where the system keeps caches."""
    return _cache_directory(sys.platform, os.environ, Path.home())


def _cache_directory(platform: str, environment: Mapping[str, str], home: Path) -> Path:
    """Choose as the systems document it: the XDG base directory specification, Apple's and Microsoft's guides."""
    if chosen := environment.get("SPEECHRNN_CACHE"):
        return Path(chosen).expanduser()
    if platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else home / "AppData" / "Local") / "speechrnn" / "Cache"
    if platform == "darwin":
        return home / "Library" / "Caches" / "speechrnn"
    # The specification has relative paths ignored.
    base = Path(environment.get("XDG_CACHE_HOME") or "")
    return (base if base.is_absolute() else home / ".cache") / "speechrnn"


def cached_folder() -> Path:
    """Return the folder of the models that were pulled; it need not exist."""
    return cache_directory() / "models"


def cached_models() -> dict[str, Path]:
    """Find the models in the user's cache, by name in order."""
    return _models_in(cached_folder())


def embedded_models() -> dict[str, Path]:
    """Find the models inside of the package, by name in order."""
    return _models_in(EMBEDDED_FOLDER)


def named_models() -> dict[str, Path]:
    """Find every model that goes by a name."""
    return {**cached_models(), **embedded_models()}


def is_embedded(path: Path) -> bool:
    """Tell whether a model file is one of the package's own."""
    return path.parent == EMBEDDED_FOLDER


def is_cached(path: Path) -> bool:
    """Tell whether a model file lies in the user's cache."""
    return path.parent == cached_folder()


def _models_in(folder: Path) -> dict[str, Path]:
    found = sorted(folder.glob(f"*{SUFFIX}"))
    return {path.stem: path for path in found if NAME.fullmatch(path.stem) and path.is_file()}
