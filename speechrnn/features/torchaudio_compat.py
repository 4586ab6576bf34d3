"""Imports torchaudio where its compiled part does not fit the torch that is installed.

The package index's torchaudio is linked to CUDA; beside a CPU-only torch `import torchaudio` raises OSError. Everything
but three functions is plain Python, so on OSError the half-imported modules are dropped, a stand-in takes the place of
`torchaudio._extension`, and the import is tried again. Every other file asks for torchaudio through `load_torchaudio`.
"""

import importlib
import logging
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from speechrnn.errors import MissingDependencyError

NATIVE_PARTS: Final = ("RNNTLoss", "forced_align", "rnnt_loss")

_EXTENSION: Final = "torchaudio._extension"
_log = logging.getLogger(__name__)


def load_torchaudio() -> ModuleType:
    """Return torchaudio, whole or without its compiled part; a second call returns the same module.

    Raises:
        MissingDependencyError: torchaudio is not installed, or its plain Python part does not import either.
    """
    if "torchaudio" in sys.modules:
        return sys.modules["torchaudio"]
    try:
        return importlib.import_module("torchaudio")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            f"torchaudio: {error}, wanted for the feature front end; install it with `pip install torchaudio`"
        ) from error
    except OSError as error:
        return _load_without_extension(error)


def missing_parts() -> tuple[str, ...]:
    """Return the names in torchaudio that cannot be called here; empty where its compiled part loaded."""
    load_torchaudio()
    extension = sys.modules[_EXTENSION]
    return () if getattr(extension, "_IS_TORCHAUDIO_EXT_AVAILABLE", False) else NATIVE_PARTS


def _load_without_extension(cause: OSError) -> ModuleType:
    """Import torchaudio with a stand-in for its compiled part."""
    _forget_torchaudio()
    stand_in = _stand_in()
    sys.modules[_EXTENSION] = stand_in
    try:
        torchaudio = importlib.import_module("torchaudio")
    except (ImportError, OSError) as error:
        _forget_torchaudio()
        raise MissingDependencyError(
            f"torchaudio: does not import beside this torch ({error}); install the versions in constraints.txt"
        ) from error
    # The import system sets this attribute only for modules that it loaded itself.
    torchaudio._extension = stand_in  # type: ignore[attr-defined]
    _log.debug("torchaudio runs without its compiled part (%s); missing: %s", cause, ", ".join(NATIVE_PARTS))
    return torchaudio


def _forget_torchaudio() -> None:
    """Drop what a failed import left behind, so that the next import starts clean."""
    for name in [name for name in sys.modules if name == "torchaudio" or name.startswith("torchaudio.")]:
        del sys.modules[name]


def _stand_in() -> ModuleType:
    """Return a module that answers like `torchaudio._extension` on a machine without the compiled part."""
    module = ModuleType(_EXTENSION, "Stand-in: the compiled part of torchaudio did not load.")
    module.__dict__.update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False,
        _IS_ALIGN_AVAILABLE=False,
        _load_lib=lambda _name: False,
        _check_cuda_version=lambda: None,
        fail_if_no_align=_refuse,
    )
    return module


def _refuse(function: Callable[..., Any]) -> Callable[..., Any]:
    """Replace a function that needs the compiled part by one that says so."""

    def refused(*_args: object, **_kwargs: object) -> None:
        raise MissingDependencyError(
            f"torchaudio.{function.__name__}: needs torchaudio's compiled part, which did not load beside this torch; "
            "install a torchaudio built for it"
        )

    return refused
