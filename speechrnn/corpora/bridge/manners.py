"""How lhotse's prepare functions behave while we call them.

They are written for whoever watches them: they draw bars, print, start processes, stop at the first file that cannot
be opened, fetch what is missing, and leave out in silence what does not fit. Here they keep quiet, stay in this
process, touch no network, and leave nothing out: our own reader says how long a file is (NIST SPHERE needs no
`sph2pipe` then), and our own checks name every recording that cannot be used.

The names that are replaced are those that a module of `lhotse.recipes` imports; they are put back at the end.
"""

import contextlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

from speechrnn.audio import probe_audio
from speechrnn.errors import AudioError, CorpusError

UNREADABLE_SECONDS: Final = 86_400.0
"""How long a file is said to be that cannot be opened, so that nothing in it seems to lie outside; measuring it for
the manifests finds the fault, and names it."""

_UNREADABLE_RATE_HZ: Final = 16_000
_NUM_THREADS: Final = 4
_FETCHERS: Final = ("resumable_download", "download_url_to_file", "urlopen", "urlretrieve")


@contextlib.contextmanager
def good_manners(module: ModuleType, source: Path) -> Iterator[list[str]]:
    """Call a function of `module` inside this.

    Args:
        module: one of `lhotse.recipes`.
        source: the corpus; files that a function would fetch are taken from there instead.

    Yields:
        What was logged meanwhile, in order.
    """
    from lhotse.audio import backend, recording

    with contextlib.ExitStack() as stack:
        for name, stand_in in _stand_ins(source).items():
            stack.enter_context(replaced(module, name, stand_in))
        for where in (module, recording):
            if getattr(where, "info", None) is backend.info:
                stack.enter_context(replaced(where, "info", _info))
        yield stack.enter_context(quiet(module))


@contextlib.contextmanager
def quiet(module: ModuleType) -> Iterator[list[str]]:
    """Let a function of `module` draw no bars and print nothing.

    Yields:
        What was logged meanwhile, in order.
    """
    from lhotse.audio import recording_set

    with contextlib.ExitStack() as stack:
        for where in (module, recording_set):
            stack.enter_context(replaced(where, "tqdm", _without_bar(getattr(where, "tqdm", None))))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        yield stack.enter_context(_heard())


def _stand_ins(source: Path) -> dict[str, Callable[..., Any]]:
    """Collect what stands in for the names a module has."""
    return {
        "ProcessPoolExecutor": _threads,
        "parallel_map": _in_order,
        "fix_manifests": lambda recordings, supervisions: (recordings, supervisions),
        "validate_recordings_and_supervisions": _nothing,
        "validate": _nothing,
        **{name: lambda url, target=None, *_, **__: _from_source(url, target, source) for name in _FETCHERS},
    }


@contextlib.contextmanager
def replaced(owner: Any, name: str, stand_in: Any) -> Iterator[None]:
    """Replace a name of a module or class, if it has it, and put it back at the end."""
    if not hasattr(owner, name):
        yield
        return
    original = vars(owner)[name]
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, original)


@contextlib.contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what goes to the root logger, which is lhotse's, instead of showing it."""
    messages: list[str] = []
    logger = logging.getLogger()
    level, handlers = logger.level, logger.handlers
    logger.handlers = [_Listener(messages)]
    logger.setLevel(logging.INFO)
    try:
        yield messages
    finally:
        logger.handlers = handlers
        logger.setLevel(level)


class _Listener(logging.Handler):
    """Keeps the messages of lhotse's recipes."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__()
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message; other libraries log under names of their own."""
        if record.name == "root":
            self._messages.append(record.getMessage())


def _without_bar(tqdm: Any) -> Any:
    """Return what a module calls tqdm, the function or the package, made to draw nothing."""
    if isinstance(tqdm, ModuleType):
        return SimpleNamespace(tqdm=_without_bar(tqdm.tqdm))
    return None if tqdm is None else partial(tqdm, disable=True)


def _threads(*_: Any, **__: Any) -> ThreadPoolExecutor:
    """Stand in for a pool of processes: a new process would import lhotse anew, and know none of our manners."""
    return ThreadPoolExecutor(_NUM_THREADS)


def _in_order(function: Callable[..., Any], *items: Iterable[Any], **_: Any) -> Iterator[Any]:
    """Stand in for lhotse's `parallel_map`."""
    return map(function, *items)


def _nothing(*_: Any, **__: Any) -> None:
    """Stand in for checks that would stop at the first fault; ours come later and name all of them."""


def _info(path: str | Path, *_: Any, **__: Any) -> Any:
    """Stand in for lhotse's look into a sound file."""
    from lhotse.audio.backend import LibsndfileCompatibleAudioInfo

    try:
        found = probe_audio(path)
    except AudioError:
        num_samples = round(UNREADABLE_SECONDS * _UNREADABLE_RATE_HZ)
        return LibsndfileCompatibleAudioInfo(1, num_samples, _UNREADABLE_RATE_HZ, UNREADABLE_SECONDS)
    return LibsndfileCompatibleAudioInfo(
        found.num_channels, found.num_samples, found.sample_rate_hz, found.duration_seconds
    )


def _from_source(url: Any, target: Any, source: Path) -> None:
    """Stand in for a download: take a file that lies in the corpus already, or say where it can be had."""
    address = str(getattr(url, "full_url", url))
    found = source / address.rsplit("/", 1)[-1]
    if target is None or not found.is_file():
        raise CorpusError(f"{found}: is not there, and the corpus cannot be prepared without it; get it from {address}")
    Path(target).write_bytes(found.read_bytes())
