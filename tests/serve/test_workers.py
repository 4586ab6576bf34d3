"""Workers share what may be shared, and nothing else."""

import asyncio
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from speechrnn.bundle.decoder_options import DecoderOptions
from speechrnn.serve.fault import FaultError
from speechrnn.serve.limits import Limits
from speechrnn.serve.workers import Worker, Workers, several
from speechrnn.transcription.streaming import LiveModel
from tests.tiny_bundle import noise


@pytest.fixture
def model(tiny: Path) -> LiveModel:
    """Give the tiny model with a decoder that keeps rows."""
    return LiveModel.load(tiny, options=DecoderOptions(beam=8, hotwords="abc:2"))


def test_several_models_share_the_graph_and_no_decoder(model: LiveModel) -> None:
    models = several(model, 3)
    assert len({id(one.recognizer.session) for one in models}) == 1
    tables = [one.recognizer.decoder.tables["hotwords"] for one in models]
    assert len({id(one) for one in tables}) == len({id(one.graph) for one in tables}) == 3
    audio = noise(2.0)
    assert len({one.recognizer.transcribe(audio).text for one in models}) == 1


def test_a_worker_goes_through_a_generator_and_closes_it(model: LiveModel) -> None:
    closed = []

    def count() -> Generator[int, None, None]:
        try:
            yield from range(1, 5)
        finally:
            closed.append(True)

    async def follow(most: int) -> list[int]:
        worker, found = Worker(model), []
        each = worker.each(count())
        async for number in each:
            found.append(number)
            if number == most:
                break
        await each.aclose()
        worker.close()
        return found

    assert asyncio.run(follow(9)) == [1, 2, 3, 4]
    assert asyncio.run(follow(2)) == [1, 2]
    assert closed == [True, True]


def test_what_is_under_way_when_its_worker_closes_is_closed_too(model: LiveModel) -> None:
    closed = []

    def slow() -> Generator[int, None, None]:
        try:
            for number in range(1, 5):
                time.sleep(0.1)
                yield number
        finally:
            closed.append(True)

    async def leave(cancelled_first: bool) -> None:
        worker = Worker(model)
        each = worker.each(slow())
        assert await anext(each) == 1
        step = asyncio.ensure_future(anext(each))
        await asyncio.sleep(0.02)
        if cancelled_first:
            step.cancel()
            await asyncio.sleep(0.02)
            worker.close()
            with pytest.raises(asyncio.CancelledError, match="^$"):
                await step
        else:
            worker.close()
            assert await step == 2
            await each.aclose()

    asyncio.run(leave(True))
    assert closed == [True]
    asyncio.run(leave(False))
    assert closed == [True, True]


def test_a_closed_worker_says_that_the_server_stops(model: LiveModel) -> None:
    async def ask() -> None:
        worker = Worker(model)
        worker.close()
        with pytest.raises(FaultError, match="the server is stopping") as refused:
            await worker.run(len, "abc")
        assert refused.value.status == 503

    asyncio.run(ask())


def test_turns_are_given_to_workers_without_a_recording_and_few_streams(model: LiveModel) -> None:
    async def take() -> None:
        workers = Workers(several(model, 2), Limits(max_streams=3))
        with workers.stream() as first, workers.stream() as second, workers.stream() as third:
            assert first is not second
            assert third in (first, second)
            async with workers.turn() as one, workers.turn() as other:
                assert (one.streams, other.streams) == (1, 2)
                with pytest.raises(TimeoutError, match="^$"):
                    async with asyncio.timeout(0.05), workers.turn():
                        pass
            with pytest.raises(FaultError, match="3 live streams are open"), workers.stream():
                pass
        assert workers.num_streams == 0
        async with workers.turn(), workers.turn():
            pass
        workers.close()

    asyncio.run(take())


def test_no_more_are_admitted_than_work_and_wait(model: LiveModel) -> None:
    async def enter() -> None:
        workers = Workers([model], Limits(max_waiting=1))
        with workers.admitted(), workers.admitted():
            with pytest.raises(FaultError, match="too many recordings are waiting"), workers.admitted():
                pass
            assert workers.num_admitted == 2
        assert workers.num_admitted == 0

    asyncio.run(enter())
