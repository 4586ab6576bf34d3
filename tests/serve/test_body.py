"""The body of a request: forms of any kind, and bodies that are too large, too slow or none."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from speechrnn.serve import body
from speechrnn.serve.limits import Limits
from tests.serve.conftest import Wav
from tests.serve.serving import Running, running

CREATE = "/v1/audio/transcriptions"


def raw(server: Running, head: str, body: bytes = b"") -> bytes:
    """Send what no client would, and read the answer."""
    with socket.create_connection(tuple(server.place.rsplit(":", 1))) as connection:
        connection.sendall(f"POST {CREATE} HTTP/1.1\r\nHost: {server.place}\r\n{head}\r\n\r\n".encode() + body)
        connection.settimeout(10)
        parts = []
        while part := connection.recv(2**16):
            parts.append(part)
            if b"error" in part:
                break
        return b"".join(parts)


def test_a_body_without_a_length_is_cut_off_at_the_limit(tiny: Path) -> None:
    with running(tiny, limits=Limits(max_upload_bytes=100_000)) as server:
        start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        chunks = [start] + [b"0" * 65536] * 4
        body = b"".join(f"{len(one):x}\r\n".encode() + one + b"\r\n" for one in chunks)
        answer = raw(server, "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked", body)
        assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_stands_still_is_given_up(tiny: Path) -> None:
    with running(tiny, limits=Limits(idle_seconds=0.2)) as server:
        answer = raw(server, "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9999", b"--x\r\n")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert server.service.workers.num_admitted == 0


@contextmanager
def connected(server: Running) -> Iterator[socket.socket]:
    host, port = server.place.rsplit(":", 1)
    with socket.create_connection((host, int(port))) as connection:
        yield connection


def test_a_body_that_comes_byte_by_byte_is_given_up_and_its_place_is_free(tiny: Path) -> None:
    head = "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9999"
    with running(tiny, limits=Limits(body_seconds=0.5)) as server, connected(server) as connection:
        connection.sendall(f"POST {CREATE} HTTP/1.1\r\nHost: {server.place}\r\n{head}\r\n\r\n--x\r\n".encode())
        connection.settimeout(0.05)
        answer = b""
        for _ in range(100):
            with suppress(TimeoutError):
                answer = connection.recv(2**16)
                break
            connection.sendall(b"a")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert server.service.workers.num_admitted == 0


def form_of(**fields: bytes) -> bytes:
    """Lay out a form for boundary x; `file` is a file."""
    return b"".join(_part(name.encode(), content) for name, content in fields.items()) + b"--x--\r\n"


def _part(name: bytes, content: bytes) -> bytes:
    file = b'; filename="a.wav"' if name == b"file" else b""
    return b'--x\r\nContent-Disposition: form-data; name="' + name + b'"' + file + b"\r\n\r\n" + content + b"\r\n"


def head_of(form: bytes) -> str:
    return f"Connection: close\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(form)}"


def test_a_large_body_may_take_longer_than_a_small_one(tiny: Path, wav: Wav, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SLOWEST_BYTES_PER_SECOND", 20_000)
    form = form_of(model=b"tiny", file=wav(2.0))
    with running(tiny, limits=Limits(body_seconds=0.4)) as server, connected(server) as connection:
        connection.sendall(f"POST {CREATE} HTTP/1.1\r\nHost: {server.place}\r\n{head_of(form)}\r\n\r\n".encode())
        for start in range(0, len(form), 10_000):
            connection.sendall(form[start : start + 10_000])
            time.sleep(0.15)
        connection.settimeout(10)
        assert connection.recv(2**16).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", ["\u0436", "\xe9", "a\nX-Evil: 1"])
def test_a_field_of_any_name_passes_and_no_header_holds_it(server: Running, wav: Wav, name: str) -> None:
    form = form_of(**{"prompt": b"", name: b"1", "model": b"tiny", "file": wav(0.2)})
    head, _, _ = raw(server, head_of(form), form).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"\nx-speechrnn-ignored: prompt\r\n" in head
    assert b"Evil" not in head


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("Content-Type: application/json\r\nContent-Length: 0", b"the body is no form"),
        ("Content-Type: multipart/form-data\r\nContent-Length: 0", b"missing boundary"),
    ],
)
def test_what_is_no_form_is_a_bad_request(server: Running, head: str, message: bytes) -> None:
    answer = raw(server, head)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert message in answer
