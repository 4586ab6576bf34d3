"""Calls a function of lhotse; whatever goes wrong inside it becomes one line."""

import importlib
import traceback
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.signature import Function
from speechrnn.errors import CorpusError, MissingDependencyError, SpeechRnnError

_LONGEST_REASON: Final = 200


def call_lhotse(entry: Entry, function: Function, folder: Path, arguments: dict[str, Any]) -> Any:
    """Call a function.

    Args:
        entry: the corpus, for messages.
        function: what to call.
        folder: where it works, for messages.
        arguments: by name.

    Raises:
        CorpusError: the function failed.
        MissingDependencyError: it needs a package that is not installed.
        SpeechRnnError: as what stands in for parts of lhotse raises it.
    """
    module = importlib.import_module(f"lhotse.recipes.{function.module}")  # imports torch, 2 s
    try:
        return getattr(module, function.name)(**arguments)
    except SpeechRnnError:
        raise
    except ImportError as error:
        raise MissingDependencyError(
            f"corpus {entry.name}: lhotse's {function.name} needs a package that is not here ({_line(error)})"
        ) from error
    except Exception as error:  # lhotse's functions raise what they like
        if "pip install" in str(error):
            raise MissingDependencyError(f"corpus {entry.name}: {_line(error)}") from error
        raise CorpusError(
            f"corpus {entry.name}: lhotse's {function.name} failed on {folder} ({type(error).__name__}: "
            f"{_line(error)}); wanted it as published and unpacked, see `speechrnn prep {entry.name} --help`"
        ) from error


def _line(error: BaseException) -> str:
    """Put the message of an error on one line, short; of an assertion that has none, what it asserts."""
    text = " ".join(str(error).split()) or traceback.extract_tb(error.__traceback__)[-1].line or ""
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."
