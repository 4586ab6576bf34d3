"""Many recordings in several processes, each with a model of its own; what comes out keeps the order of the jobs.

But standard input comes last: only this process has it, and what is ready must not wait for a pipe that says nothing.

A process that dies (killed for its memory, a crash inside a library) costs the recording it was at, whose name is then
known, and is replaced. One shared pool would break as a whole and could not tell which recording did it; so each
process has its own, and a thread that feeds it. No process outlives the command, whichever way that ends.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from types import FrameType
from typing import Final

from speechrnn.transcription.batch import Job, Outcome, Settings, run
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.setup import Setup
from speechrnn.transcription.sources import STDIN

TERMINATED: Final = 128 + signal.SIGTERM
"""The exit code by which shells tell of a SIGTERM."""


def run_parallel(
    setup: Setup, jobs: Sequence[Job], settings: Settings, processes: int
) -> Generator[Outcome, None, None]:
    """Transcribe recordings, so many at once.

    Yields:
        What `batch.run` yields, without the parts.

    Raises:
        SystemExit: this process was asked to terminate; those at work have been ended.
    """
    files = [one for one in jobs if one.source != STDIN]
    slots = _Slots(setup, settings)
    threads = ThreadPoolExecutor(processes)
    try:
        with _exit_on_sigterm():
            for outcomes in threads.map(slots.work, files):
                yield from outcomes
            for job in piped_last(jobs)[len(files) :]:  # in this thread, where a signal ends the wait for it
                yield from _outcomes(setup.load(), job, settings)
    except BaseException:  # the user stops it, or nobody reads on
        slots.kill()
        raise
    finally:
        threads.shutdown(cancel_futures=True)
        slots.close()


def piped_last(jobs: Sequence[Job]) -> list[Job]:
    """Give the jobs in the order in which `run_parallel` yields them."""
    return sorted(jobs, key=lambda one: one.source == STDIN)


class _Slots:
    """For each thread the process it feeds."""

    def __init__(self, setup: Setup, settings: Settings) -> None:
        self._setup, self._settings = setup, settings
        self._own = threading.local()
        self._pools: list[ProcessPoolExecutor] = []
        self._process_ids: list[int] = []
        self._killed = False

    def work(self, job: Job) -> list[Outcome]:
        """Let this thread's process transcribe one recording, and wait for it."""
        if self._killed:
            return []
        try:
            pool = getattr(self._own, "pool", None) or self._start()
            return pool.submit(_work, job, self._settings).result()
        except BrokenProcessPool:
            self._own.pool = None
            return [
                Outcome(job, error=f"{job.source}: the process at it died, perhaps for want of memory; try fewer -j")
            ]

    def kill(self) -> None:
        """End all processes at once, also one that is only starting."""
        self._killed = True
        for process_id in self._process_ids:
            _terminate(process_id)

    def close(self) -> None:
        """Let all processes end."""
        for pool in self._pools:
            pool.shutdown()

    def _start(self) -> ProcessPoolExecutor:
        # Fresh processes everywhere: a fork of one that runs threads may hang.
        context = multiprocessing.get_context("spawn")
        pool = self._own.pool = ProcessPoolExecutor(1, context, _open, (self._setup,))
        self._pools.append(pool)
        process_id = pool.submit(os.getpid).result()
        self._process_ids.append(process_id)
        if self._killed:
            _terminate(process_id)
        return pool


def _terminate(process_id: int) -> None:
    with suppress(OSError):  # it has ended by itself
        os.kill(process_id, signal.SIGTERM)


@contextmanager
def _exit_on_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind the program, which by default dies on the spot and leaves its processes behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_recognizer: Recognizer | None = None


def _open(setup: Setup) -> None:
    """Open the model of this process, once."""
    global _recognizer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process when the user stops the command
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _recognizer = setup.load()


def _end_with_parent() -> None:
    """End this process once its parent is gone, also one that was killed and could tell nobody."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # only started processes come here
    wait([parent.sentinel])
    os._exit(1)


def _work(job: Job, settings: Settings) -> list[Outcome]:
    """Transcribe one recording in a process that `_open` has prepared."""
    assert _recognizer is not None  # a process whose `_open` failed gets no work
    return _outcomes(_recognizer, job, settings)


def _outcomes(recognizer: Recognizer, job: Job, settings: Settings) -> list[Outcome]:
    return [one for one in run(recognizer, [job], settings) if isinstance(one, Outcome)]
