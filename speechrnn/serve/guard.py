"""What every request passes before the application sees it, and every answer on its way out.

Requests that foreign web pages send (`origin.py`) and those without the key are refused; CORS is off, as no answer
says otherwise. A failure of ours is a line in the log and a 500 that tells nothing.
"""

import asyncio
import secrets
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from speechrnn.serve.fault import FaultError, unexpected
from speechrnn.serve.key import key_of
from speechrnn.serve.log import log_failure
from speechrnn.serve.opening import accept, refuse
from speechrnn.serve.origin import is_own_host, is_own_origin

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
MISSING_KEY: Final = 401
STOOD_STILL: Final = 408
_DRAIN_SECONDS: Final = 2.0


class Guard:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, *, names: Collection[str], api_key: str | None, max_drained_bytes: int) -> None:
        """Guard an application.

        Args:
            app: the application.
            names: what the server may be called beside `localhost` and its addresses.
            api_key: what everything under `/v1/` asks for; None for nothing.
            max_drained_bytes: of a refused body are still taken, so that the client gets to read why.
        """
        self._app, self._names, self._api_key = app, frozenset(names), api_key
        self._max_drained_bytes = max_drained_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, refusal)
        else:
            await self._http(scope, receive, send, refusal)

    def _refusal(self, scope: Scope) -> FaultError | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not is_own_host(host, self._names):
            return FaultError(403, f"Host {host!r} is not this server; speechrnn serve --allow-host NAME adds a name")
        if origin is not None and not is_own_origin(origin, host):
            return FaultError(403, f"Origin {origin!r} is another site; this server answers programs and its own page")
        if self._api_key is None or not scope["path"].startswith("/v1/"):
            return None
        if secrets.compare_digest(key_of(headers), self._api_key.encode()):
            return None
        return FaultError(
            MISSING_KEY, "the API key is missing or wrong; send it as Bearer token", code="invalid_api_key"
        )

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, refusal: FaultError | None) -> None:
        websocket = WebSocket(scope, receive, send)
        try:
            if refusal is None:
                await self._app(scope, receive, send)
            elif refusal.status == MISSING_KEY:
                await accept(websocket)
                await refuse(websocket, refusal)
            else:  # a foreign page need not know why
                await websocket.close()
        except Exception as error:
            log_failure(scope["path"], error)

    async def _http(self, scope: Scope, receive: Receive, send: Send, refusal: FaultError | None) -> None:
        exchange = _Exchange(scope, receive, send, self._max_drained_bytes)
        try:
            answer = self._app if refusal is None else refusal.response()
            await answer(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return
        except Exception as error:
            log_failure(scope["path"], error)
            if not exchange.answered:
                await unexpected().response()(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, max_drained_bytes: int) -> None:
        self._receive, self._send, self._left = receive, send, max_drained_bytes
        # Who waits for a `100 Continue` has sent nothing yet, and need not.
        self._ended = "expect" in Headers(scope=scope)
        self.answered = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered = True
            if message["status"] >= 400 and message["status"] != STOOD_STILL:
                await self._drain()
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def _drain(self) -> None:
        """Take the rest of the body: a connection that is closed on top of it may lose the answer."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while not self._ended and self._left > 0:
                    self._left -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            self._ended = True
