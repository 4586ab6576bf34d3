"""`/v1/audio/stream`: a WebSocket that takes samples and gives what is said while it is said.

Samples come in binary messages of any size, of one channel, as the query says: `?sample_rate=16000&encoding=s16le`.
Every answer is a JSON object with a `type`: `ready` at first, `partial` whenever the text of the utterance under way
has changed, `final` when an utterance has ended, with its words in seconds from the start of the stream, `error` before
the server closes. The text message `{"type": "end"}` ends the stream: the last `final` comes, then `done`.
"""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

from speechrnn.errors import AudioError, UsageError
from speechrnn.serve.answer import sureness_json, word_json
from speechrnn.serve.fault import FaultError, unexpected
from speechrnn.serve.fields import check_model
from speechrnn.serve.limits import Limits
from speechrnn.serve.log import log_failure
from speechrnn.serve.opening import accept, refuse
from speechrnn.serve.pcm import PcmReader, parse_format
from speechrnn.serve.service import Service, service_of
from speechrnn.serve.workers import Worker
from speechrnn.transcription.streaming import Heard, StreamingRecognizer
from speechrnn.transcription.transcript import Transcript


async def live(websocket: WebSocket) -> None:
    """Serve one stream."""
    await accept(websocket)
    service = service_of(websocket)
    try:
        with service.workers.stream() as worker:
            await _within(service.limits, _Stream(websocket, service, worker).follow())
            await websocket.close()
    except WebSocketDisconnect:
        return
    except FaultError as fault:
        await refuse(websocket, fault)
    except Exception as error:
        log_failure(websocket.url.path, error)
        await refuse(websocket, unexpected())


async def _within(limits: Limits, following: Awaitable[None]) -> None:
    """Follow a stream for as long as it may last, however little it brings."""
    try:
        async with asyncio.timeout(limits.max_seconds + limits.idle_seconds):
            await following
    except TimeoutError:
        raise FaultError(
            408, f"the stream is open for longer than the {limits.max_seconds:g} s allowed; open a new one"
        ) from None


class _Stream:
    """One stream, on the worker that it keeps."""

    def __init__(self, websocket: WebSocket, service: Service, worker: Worker) -> None:
        query = websocket.query_params
        if "model" in query:
            check_model(query["model"], service.served)
        try:
            form = parse_format(query.get("sample_rate", "16000"), query.get("encoding", "s16le"))
        except UsageError as error:
            raise FaultError(400, str(error), code="invalid_format") from error
        self._websocket, self._service, self._worker = websocket, service, worker
        self._pcm, self._rate_hz = PcmReader(form), form.rate_hz
        self._partial, self._num_samples = "", 0

    async def follow(self) -> None:
        """Answer until the client ends the stream.

        Raises:
            FaultError: what came cannot be used, or is too much.
            WebSocketDisconnect: the client has gone.
        """
        recognizer = await self._worker.run(self._worker.model.start, self._rate_hz, self._service.rules)
        await self._send("ready", model=self._service.served.name, sample_rate=self._rate_hz)
        while (content := await self._receive()) is not None:
            await self._show(await self._worker.run(self._hear, recognizer, content))
        await self._show(await self._worker.run(recognizer.finish))
        await self._send("done", duration=round(self._num_samples / self._rate_hz, 3))

    async def _receive(self) -> bytes | None:
        """Wait for samples, which an empty message does not bring; None at the end."""
        seconds = self._service.limits.idle_seconds
        try:
            async with asyncio.timeout(seconds):
                while (content := await self._content()) == b"":
                    pass
        except TimeoutError:
            raise FaultError(408, f"nothing came for {seconds:g} s; send silence, or open a new stream") from None
        return content

    async def _content(self) -> bytes | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        if (content := message.get("bytes")) is not None:
            return bytes(content)
        if _type_of(message.get("text") or "") != "end":
            raise FaultError(400, 'samples in binary messages were wanted, or the text {"type": "end"}')
        return None

    def _hear(self, recognizer: StreamingRecognizer, content: bytes) -> Heard:
        try:
            samples = self._pcm.read(content)
        except AudioError as error:
            raise FaultError(400, str(error), code="invalid_audio") from error
        self._num_samples += len(samples)
        most = self._service.limits.max_seconds
        if self._num_samples > most * self._rate_hz:
            raise FaultError(413, f"the stream is longer than the {most:g} s allowed; open a new one")
        return recognizer.accept(samples)

    async def _show(self, heard: Heard) -> None:
        for utterance in heard.ended:
            await self._send("final", **_utterance(utterance))
        if heard.partial != self._partial:
            self._partial = heard.partial
            await self._send("partial", text=heard.partial)

    async def _send(self, kind: str, **content: Any) -> None:
        await self._websocket.send_text(json.dumps({"type": kind, **content}, ensure_ascii=False))


def _type_of(text: str) -> Any:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message.get("type") if isinstance(message, dict) else None


def _utterance(transcript: Transcript) -> dict[str, Any]:
    words = [word_json(word) for word in transcript.words]
    place = {"start": words[0]["start"], "end": words[-1]["end"]} if words else {}
    return {"text": transcript.text, **place, "words": words, **sureness_json(transcript)}
