"""`POST /v1/audio/transcriptions`: a file in, its transcript out, whole or piece by piece."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from typing import Any, BinaryIO, TypeVar

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from speechrnn.audio import open_stream
from speechrnn.audio.flaws import WatchedDecoder, narrow_band
from speechrnn.errors import AudioError
from speechrnn.serve.answer import answer, headers_for
from speechrnn.serve.body import read_form
from speechrnn.serve.fault import FaultError, unexpected, unusable
from speechrnn.serve.fields import read_fields
from speechrnn.serve.limits import Limits
from speechrnn.serve.log import log_failure
from speechrnn.serve.service import Service, service_of
from speechrnn.transcription.longform import join_parts, transcribe_parts
from speechrnn.transcription.recognizer import Recognizer
from speechrnn.transcription.transcript import Transcript

Result = TypeVar("Result")
Parts = AsyncIterator[Transcript]


async def transcribe(request: Request) -> Response:
    """Answer as OpenAI does.

    Raises:
        FaultError: the request is refused.
    """
    service = service_of(request)
    async with AsyncExitStack() as stack:
        stack.enter_context(service.workers.admitted())
        form = await read_form(request, service.limits)
        stack.push_async_callback(form.close)
        asked = read_fields(form, service.served)
        warnings: list[str] = []
        parts = await stack.enter_async_context(aclosing(_transcribed(service, asked.file.file, warnings)))
        if not asked.stream:
            found = await _while_wanted(request, _all(parts))
            return answer(join_parts(found), asked, service.served, warnings)
        first = await _while_wanted(request, anext(parts))  # before the answer begins, so that it can still be 400
        return _Events(_events(first, parts), stack.pop_all(), headers_for(asked))


def recognized(
    recognizer: Recognizer, file: BinaryIO, limits: Limits, warnings: list[str]
) -> Generator[Transcript, None, None]:
    """Transcribe a file part by part; at the end `warnings` holds what its user should know of it.

    Raises:
        AudioError: it cannot be read, or is too long.
    """
    with open_stream(file, name="file", max_seconds=limits.max_seconds) as stream:
        watched = WatchedDecoder(stream.decoder, None)
        yield from transcribe_parts(recognizer, replace(stream, decoder=watched))
        warnings += narrow_band(stream.sample_rate_hz, recognizer.model.sample_rate_hz) + watched.flaws()


async def _transcribed(service: Service, file: BinaryIO, warnings: list[str]) -> AsyncGenerator[Transcript, None]:
    """Wait for a worker and let it transcribe."""
    async with service.workers.turn() as worker:
        parts = recognized(worker.model.recognizer, file, service.limits, warnings)
        async with aclosing(worker.each(parts)) as each:
            try:
                async for part in each:
                    yield part
            except AudioError as error:
                raise unusable(error) from error


async def _all(parts: Parts) -> list[Transcript]:
    return [part async for part in parts]


async def _while_wanted(request: Request, work: Awaitable[Result]) -> Result:
    """Do work for as long as the client is there."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise FaultError(499, "the client has gone")
        return doing.result()
    finally:
        for task in (doing, leaving):
            task.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class _Events(StreamingResponse):
    """Server-sent events; what they are made of is let go when they end, however they do."""

    def __init__(self, events: AsyncIterator[str], stack: AsyncExitStack, headers: dict[str, str]) -> None:
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._stack:
            await super().__call__(scope, receive, send)


async def _events(first: Transcript, rest: Parts) -> AsyncIterator[str]:
    """Tell of each part with text, then of the whole."""
    parts = [first]
    if first.text:
        yield _event({"type": "transcript.text.delta", "delta": first.text})
    try:
        async for part in rest:
            space = " " if any(one.text for one in parts) else ""
            parts.append(part)
            if part.text:
                yield _event({"type": "transcript.text.delta", "delta": space + part.text})
    except FaultError as error:
        yield _event(error.to_json())
    except Exception as error:
        log_failure("stream", error)
        yield _event(unexpected().to_json())
    else:
        yield _event({"type": "transcript.text.done", "text": join_parts(parts).text})


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"
