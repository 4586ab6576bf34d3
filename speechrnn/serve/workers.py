"""Threads that recognise, so that the event loop only ever waits, and who gets the next one.

Threads and not processes: what takes time runs in onnxruntime, outside of Python's lock, and one copy of the weights
and language models serves all. The session may be used by several threads at once, a decoder may not, since it keeps
the rows it has met: each worker has one of its own. A recording occupies a worker window by window, and live streams
come in between.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Final, TypeVar

import anyio

from speechrnn.decoding.decoder import build_decoder
from speechrnn.serve.fault import FaultError
from speechrnn.serve.limits import Limits
from speechrnn.transcription.streaming import LiveModel

Result = TypeVar("Result")
MOST_BY_DEFAULT: Final = 4


def usual_count() -> int:
    """Give the number of workers that suits this machine."""
    return min(MOST_BY_DEFAULT, os.cpu_count() or 1)


class Worker:
    """A thread, and a model for its use alone.

    Attributes:
        model: the model.
        busy: whether it has a recording.
        streams: how many live streams it has.
    """

    def __init__(self, model: LiveModel) -> None:
        """Make a worker; its thread starts with its first work."""
        self.model, self.busy, self.streams, self._closed = model, False, 0, False
        self._thread = ThreadPoolExecutor(1, "speechrnn-worker")

    async def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Call a function in the thread, behind what was asked for before.

        Raises:
            FaultError: the worker is closed.
        """
        if self._closed:
            raise FaultError(503, "the server is stopping; try again once it runs", code="stopping")
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    async def each(self, items: Generator[Result, None, None]) -> AsyncGenerator[Result, None]:
        """Go through a generator in the thread; whoever breaks off should close this one."""
        try:
            while (item := await self.run(next, items, None)) is not None:
                yield item
        finally:
            # The step under way cannot be stopped, and what it reads from must stay open until it is done.
            with anyio.CancelScope(shield=True):
                await self._let_go(items)

    async def _let_go(self, items: Generator[Result, None, None]) -> None:
        if self._closed:
            items.close()
        else:
            await self.run(items.close)

    def close(self) -> None:
        """Finish the steps asked for, and take on no more."""
        # Steps are short, and each client has at most one: none is dropped, since it may be the one that closes a file.
        self._closed = True
        self._thread.shutdown()


class Workers:
    """All of them.

    Attributes:
        count: how many.
        num_streams: live streams at present.
        num_admitted: recordings at present, from their upload to their answer.
    """

    def __init__(self, models: Sequence[LiveModel], limits: Limits) -> None:
        """Make a worker for each model."""
        self._workers, self._limits = [Worker(model) for model in models], limits
        self._turns = asyncio.Semaphore(len(models))
        self.count, self.num_admitted, self.num_streams = len(models), 0, 0

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Let a recording in before its body is read.

        Raises:
            FaultError: too many are waiting.
        """
        if self.num_admitted >= self.count + self._limits.max_waiting:
            raise FaultError(503, "too many recordings are waiting; try again soon", code="overloaded", retry=2)
        self.num_admitted += 1
        try:
            yield
        finally:
            self.num_admitted -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Worker]:
        """Wait for a worker without a recording, first come first served."""
        async with self._turns:
            worker = min((one for one in self._workers if not one.busy), key=lambda one: one.streams)
            worker.busy = True
            try:
                yield worker
            finally:
                worker.busy = False

    @contextmanager
    def stream(self) -> Iterator[Worker]:
        """Give a live stream the worker that has least to do.

        Raises:
            FaultError: there are as many streams as are allowed.
        """
        if self.num_streams >= self._limits.max_streams:
            raise FaultError(503, f"{self.num_streams} live streams are open, no more are allowed", code="overloaded")
        worker = min(self._workers, key=lambda one: one.streams + one.busy)
        worker.streams += 1
        self.num_streams += 1
        try:
            yield worker
        finally:
            worker.streams -= 1
            self.num_streams -= 1

    def close(self) -> None:
        """End all threads."""
        for worker in self._workers:
            worker.close()


def several(model: LiveModel, count: int) -> list[LiveModel]:
    """Give a model so many times, each with a decoder of its own; graphs and language models are shared."""
    recognizer = model.recognizer
    decoder = recognizer.decoder
    others = [
        replace(
            model,
            recognizer=replace(recognizer, decoder=build_decoder(decoder.config, decoder.alphabet, decoder.resources)),
        )
        for _ in range(count - 1)
    ]
    return [model, *others]
