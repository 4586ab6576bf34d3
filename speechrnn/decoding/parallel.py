"""Decode many utterances, in several processes if wanted: results in order, memory flat however many there are."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from speechrnn.errors import DecodingError, SpeechRnnError

Result = TypeVar("Result")
LogProbs = NDArray[np.floating]
Decode = Callable[[LogProbs], Result]

_AHEAD: Final = 4
"""Utterances under way per process: enough that none waits, few enough that memory stays flat."""

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What NumPy's matrix products read when a process starts; with a process per core each needs one thread."""


def decode_all(decode: Decode[Result], utterances: Iterable[tuple[str, LogProbs]], jobs: int = 1) -> Iterator[Result]:
    """Decode utterances one by one, in order.

    Args:
        decode: from log-probabilities `(time, vocab)` to a result. It and its results travel between processes, so
            it is a function of a module, a method of such an object, or `functools.partial` of either.
        utterances: names and log-probabilities `(time, vocab)`, taken only as fast as they are decoded.
        jobs: processes; 1 decodes in this one.

    Raises:
        DecodingError: an utterance could not be decoded, which it names, or a process died.
        ValueError: jobs is below 1.
    """
    if jobs < 1:
        raise ValueError(f"jobs={jobs} came, 1 or more was wanted")
    if jobs > 1:
        return _decode_apart(decode, utterances, jobs)
    return (_decode_one(decode, name, log_probs) for name, log_probs in utterances)


def _decode_apart(decode: Decode[Result], utterances: Iterable[tuple[str, LogProbs]], jobs: int) -> Iterator[Result]:
    # A fresh interpreter each: one copied from a process with threads, which torch has, may hang.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_prepare, initargs=(decode,))
    waiting: deque[tuple[str, Future[Any]]] = deque()
    try:
        for name, log_probs in utterances:
            with _one_thread_each():  # a process starts when there is work for it
                waiting.append((name, pool.submit(_decode_here, name, log_probs)))
            if len(waiting) >= _AHEAD * jobs:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _result(name: str, future: Future[Any]) -> Any:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise DecodingError(
            f"{name}: a decoding process died before it was done, for want of memory perhaps; use fewer --jobs"
        ) from error


def _decode_one(decode: Decode[Result], name: str, log_probs: LogProbs) -> Result:
    try:
        return decode(log_probs)
    except (SpeechRnnError, ValueError) as error:
        raise DecodingError(f"{name}: {error}") from error
    except Exception as error:
        error.add_note(f"while decoding {name}")
        raise


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let processes that start here compute in one thread, unless the user said otherwise."""
    added = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


_decode: Decode[Any] | None = None
"""In a decoding process: what it decodes with, sent once and not with every utterance."""


def _prepare(decode: Decode[Any]) -> None:
    global _decode
    _decode = decode
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one sees to it


def _decode_here(name: str, log_probs: LogProbs) -> Any:
    if _decode is None:
        raise RuntimeError("a decoding process was not prepared")
    return _decode_one(_decode, name, log_probs)
