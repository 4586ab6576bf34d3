"""Many recordings in several processes, each with a model of its own; what comes out keeps the order of the jobs.

A process that dies (killed for its memory, a crash inside a library) costs the recording it was at, whose name is then
known, and is replaced. One shared pool would break as a whole and could not tell which recording did it; so each
process has its own, and a thread that feeds it.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress

from speechrnn.transcription.batch import Job, Outcome, Settings, run
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.setup import Setup
from speechrnn.transcription.sources import STDIN


def run_parallel(setup: Setup, jobs: Sequence[Job], settings: Settings, processes: int) -> Iterator[Outcome]:
    """Transcribe recordings, so many at once.

    Yields:
        What `batch.run` yields, without the parts.
    """
    slots = _Slots(setup, settings)
    threads = ThreadPoolExecutor(processes)
    try:
        for outcomes in threads.map(slots.work, jobs):
            yield from outcomes
    except BaseException:  # the user stops it, or nobody reads on
        slots.kill()
        raise
    finally:
        threads.shutdown(cancel_futures=True)
        slots.close()


class _Slots:
    """For each thread the process it feeds."""

    def __init__(self, setup: Setup, settings: Settings) -> None:
        self._setup, self._settings = setup, settings
        self._own = threading.local()
        self._pools: list[ProcessPoolExecutor] = []
        self._process_ids: list[int] = []

    def work(self, job: Job) -> list[Outcome]:
        """Let this thread's process transcribe one recording, and wait for it."""
        if job.source == STDIN:  # only this process has it
            return _outcomes(self._setup.load(), job, self._settings)
        try:
            pool = getattr(self._own, "pool", None) or self._start()
            return pool.submit(_work, job, self._settings).result()
        except BrokenProcessPool:
            self._own.pool = None
            return [
                Outcome(job, error=f"{job.source}: the process at it died, perhaps for want of memory; try fewer -j")
            ]

    def kill(self) -> None:
        """End all processes at once."""
        for process_id in self._process_ids:
            with suppress(OSError):  # it has ended by itself
                os.kill(process_id, signal.SIGTERM)

    def close(self) -> None:
        """Let all processes end."""
        for pool in self._pools:
            pool.shutdown()

    def _start(self) -> ProcessPoolExecutor:
        # Fresh processes everywhere: a fork of one that runs threads may hang.
        context = multiprocessing.get_context("spawn")
        pool = self._own.pool = ProcessPoolExecutor(1, context, _open, (self._setup,))
        self._pools.append(pool)
        self._process_ids.append(pool.submit(os.getpid).result())
        return pool


_recognizer: Recognizer | None = None


def _open(setup: Setup) -> None:
    """Open the model of this process, once."""
    global _recognizer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process when the user stops the command
    _recognizer = setup.load()


def _work(job: Job, settings: Settings) -> list[Outcome]:
    """Transcribe one recording in a process that `_open` has prepared."""
    assert _recognizer is not None  # a process whose `_open` failed gets no work
    return _outcomes(_recognizer, job, settings)


def _outcomes(recognizer: Recognizer, job: Job, settings: Settings) -> list[Outcome]:
    return [one for one in run(recognizer, [job], settings) if isinstance(one, Outcome)]
