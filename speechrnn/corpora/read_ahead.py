"""Measures the files of a listing some way ahead of whoever takes the utterances, in threads or in processes.

Utterances come out in the order they went in, each with what its file holds, so the outcome does not depend on how
many read. A file that many utterances share is measured once. Files are handed over a few at a time, and only so many
are under way: memory does not grow with the corpus.
"""

import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar

from speechrnn.corpora.ledger import Ledger
from speechrnn.corpora.measure import Measured, Stores, measure_files
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError

Item = Utterance | Problem
Thing = TypeVar("Thing")

_AT_ONCE: Final = 32  # a call to a process costs about as much as a file of a second
_NUM_THREADS: Final = 4  # libsndfile lets go of Python's lock
_AHEAD_PER_READER: Final = 3


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Utterances that wait for files: those of `paths`, and those of chunks before."""

    items: list[Item]
    paths: tuple[Path, ...]
    found: Future[list[Measured | str]] | None


def measured(
    items: Iterable[Item], stores: Stores, ledger: Ledger, jobs: int = 1
) -> Iterator[Problem | tuple[Utterance, Measured | str]]:
    """Give each utterance with its measured file, or the reason why that cannot be read; problems pass through.

    Args:
        items: utterances and problems in the order wanted.
        stores: what the files are.
        ledger: what was found is remembered there.
        jobs: processes that read files; 1 reads in threads of this process.

    Raises:
        CorpusError: a reading process died.
    """
    with _readers(jobs) as (pool, num_readers):
        under_way: set[Path] = set()
        waiting: deque[_Chunk] = deque()
        for some in _in_chunks(items, _AT_ONCE):
            paths = _unmeasured(some, ledger, under_way)
            under_way.update(paths)
            waiting.append(_Chunk(some, paths, pool.submit(measure_files, stores, paths) if paths else None))
            if len(waiting) > _AHEAD_PER_READER * num_readers:
                yield from _finished(waiting.popleft(), ledger, under_way)
        while waiting:
            yield from _finished(waiting.popleft(), ledger, under_way)


@contextmanager
def _readers(jobs: int) -> Iterator[tuple[Executor, int]]:
    """Start who reads the files; give them and how many they are."""
    pool = _processes(jobs) if jobs > 1 else ThreadPoolExecutor(_NUM_THREADS)
    try:
        yield pool, max(jobs, _NUM_THREADS)
    except BrokenProcessPool as error:
        raise CorpusError(
            "checking files: a reading process was killed, of a file it cannot bear or for want of memory; "
            "try again with --jobs 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _processes(jobs: int) -> Executor:
    """Start processes that leave it to this one to be interrupted."""
    # Spawned on every system: a fork of a process that has run threads, those of torch among them, may hang.
    ignored = (signal.SIGINT, signal.SIG_IGN)
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=signal.signal, initargs=ignored)


def _unmeasured(items: Iterable[Item], ledger: Ledger, under_way: set[Path]) -> tuple[Path, ...]:
    """List the files of some utterances that nobody has measured or is measuring, each once."""
    paths = dict.fromkeys(item.path for item in items if isinstance(item, Utterance))
    return tuple(path for path in paths if path not in under_way and ledger.find(path) is None)


def _finished(
    chunk: _Chunk, ledger: Ledger, under_way: set[Path]
) -> Iterator[Problem | tuple[Utterance, Measured | str]]:
    """Wait for a chunk's files, remember them, and give its utterances. Chunks before it must be finished."""
    for path, found in zip(chunk.paths, chunk.found.result() if chunk.found else [], strict=True):
        ledger.remember(path, found)
        under_way.discard(path)
    for item in chunk.items:
        if isinstance(item, Problem):
            yield item
        elif (known := ledger.find(item.path)) is not None:
            yield item, known


def _in_chunks(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Cut what comes into lists."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some
