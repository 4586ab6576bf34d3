"""The body of a request, taken in only as far and as slowly as is allowed."""

import asyncio
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData
from starlette.types import Message

from speechrnn.serve.fault import FaultError
from speechrnn.serve.limits import SLOWEST_BYTES_PER_SECOND, Limits

FORM: Final = "multipart/form-data"
AROUND_BYTES: Final = 64 * 2**10
"""What a form may hold around its file."""
MAX_FIELDS: Final = 64


async def read_form(request: Request, limits: Limits) -> FormData:
    """Read a form with at most one file, which goes to a temporary file when it is large.

    Raises:
        FaultError: the body is too large, stands still or is too slow, or is no form.
    """
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        raise FaultError(400, f"the body is no form; send it as {FORM}, with the recording as its field file")
    body = _Body(request, limits)
    limited = Request(request.scope, body.receive)
    return await limited.form(max_files=1, max_fields=MAX_FIELDS, max_part_size=AROUND_BYTES)


class _Body:
    def __init__(self, request: Request, limits: Limits) -> None:
        self._receive, self._limits = request.receive, limits
        self._left = limits.max_upload_bytes + AROUND_BYTES
        self._deadline = asyncio.get_running_loop().time() + limits.body_seconds
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > self._left:
            raise self._too_large()

    async def receive(self) -> Message:
        idle = asyncio.get_running_loop().time() + self._limits.idle_seconds
        try:
            async with asyncio.timeout_at(min(idle, self._deadline)):
                message = await self._receive()
        except TimeoutError:
            raise self._too_slow(idle) from None
        size = len(message.get("body", b""))
        self._left -= size
        # Who sends a byte now and then must not keep a place that others wait for.
        self._deadline += size / SLOWEST_BYTES_PER_SECOND
        if self._left < 0:
            raise self._too_large()
        return message

    def _too_slow(self, idle: float) -> FaultError:
        if idle <= self._deadline:
            return FaultError(408, f"nothing came for {self._limits.idle_seconds:g} s; send the file again")
        least = SLOWEST_BYTES_PER_SECOND / 2**10
        return FaultError(408, f"the file came at less than {least:g} KiB a second; compress it, or use a faster line")

    def _too_large(self) -> FaultError:
        most = self._limits.max_upload_bytes / 2**20
        return FaultError(
            413,
            f"file: larger than the {most:g} MiB allowed; compress it (flac, opus) or cut it into parts",
            code="file_too_large",
            param="file",
        )
