"""A web server on this machine that serves files, and misbehaves on request."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.loopback import serving


@dataclass
class Served:
    """What is served and how; tests change it between requests.

    Without `announced` no length is sent. `cut_after` bytes are sent of each of the next `cuts` answers, then the
    connection is closed.
    """

    content: bytes
    etag: str = '"one"'
    ranges: bool = True
    announced: bool = True
    cuts: int = 0
    cut_after: int = 0
    statuses: list[int] = field(default_factory=list)
    redirect: str = ""
    url: str = ""
    requested: list[str | None] = field(default_factory=list)


@contextmanager
def serve(content: bytes) -> Iterator[Served]:
    """Serve until the block ends."""
    served = Served(content)
    with serving(lambda handler: answer(handler, served)) as address:
        served.url = f"{address}/file.tar.gz"
        yield served


@contextmanager
def serve_files(files: Mapping[str, Served]) -> Iterator[str]:
    """Serve files by their path, and say 404 of all others, until the block ends; gives the server's address."""
    missing = Served(b"")

    def answer_by_path(handler: BaseHTTPRequestHandler) -> None:
        served = files.get(handler.path.lstrip("/"), missing)
        if served is missing:
            handler.send_error(404)
        else:
            answer(handler, served)

    with serving(answer_by_path) as address:
        yield address


def answer(handler: BaseHTTPRequestHandler, served: Served) -> None:
    """Answer one request as RFC 9110 has it, as far as `served` allows."""
    wanted = handler.headers.get("Range")
    served.requested.append(wanted)
    if served.statuses:
        handler.send_error(served.statuses.pop(0))
        return
    if served.redirect:
        handler.send_response(302)
        handler.send_header("Location", served.redirect)
        handler.end_headers()
        return
    start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and served.ranges else 0
    if handler.headers.get("If-Range", served.etag) != served.etag:
        start = 0
    total = len(served.content)
    if start >= total:
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{total}")
        handler.end_headers()
        return
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
    if served.announced:
        handler.send_header("Content-Length", str(total - start))
    handler.send_header("ETag", served.etag)
    handler.end_headers()
    if served.cuts:
        served.cuts -= 1
        handler.wfile.write(served.content[start : start + served.cut_after])
        return
    handler.wfile.write(served.content[start:])
