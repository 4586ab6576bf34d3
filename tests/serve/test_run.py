"""Where the server listens, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from speechrnn.errors import UsageError
from speechrnn.serve.run import address_of, is_loopback, listen_on
from tests.serve.conftest import Wav
from tests.serve.serving import wait_until

ROOT = Path(__file__).parents[2]


def test_a_place_that_is_taken_is_refused_in_one_line() -> None:
    with listen_on("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"^--host 127\.0\.0\.1 --port {port}: cannot listen there \(.*\); give"):
            listen_on("127.0.0.1", port)


def test_a_host_that_is_no_address_is_refused_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"^--host no\.such\.invalid: no address of this machine"):
        listen_on("no.such.invalid", 0)
    for host in ("a..b", "x" * 70):
        with pytest.raises(
            UsageError, match=rf"^--host {re.escape(host)}: no address of this machine \(no valid name\)"
        ):
            listen_on(host, 0)
    with pytest.raises(UsageError, match=r"^--host 203\.0\.113\.7 --port 0: cannot listen there"):
        listen_on("203.0.113.7", 0)


@pytest.mark.parametrize(("host", "loopback"), [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False)])
def test_loopback_is_told_from_the_rest(host: str, loopback: bool) -> None:
    with listen_on(host, 0) as opened:
        assert is_loopback(opened) is loopback


def test_an_address_of_version_6_stands_in_brackets() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        opened = listen_on("::1", 0)
    except UsageError as error:
        pytest.skip(f"this machine has no IPv6 ({error})")
    with opened:
        assert address_of(opened) == f"http://[::1]:{opened.getsockname()[1]}"
        assert is_loopback(opened)


@contextmanager
def started(*arguments: object) -> Iterator[tuple["subprocess.Popen[str]", str, list[str]]]:
    """Run the command; gives its process, its address, and what it said before."""
    command = [sys.executable, "-m", "speechrnn.cli", "serve", "--port", "0", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as process:
        said: list[str] = []
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(r"serving tiny on (http://\S+) \(Ctrl-C ends\)", line):
                    yield process, found[1], said
                    break
                said.append(line)
            else:
                pytest.fail(f"the server does not start: {said}")
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_lets_what_is_under_way_finish_and_ends_without_a_word(tiny: Path, wav: Wav) -> None:
    with started("-m", tiny) as (process, url, said):
        assert said == []
        host, port = url.removeprefix("http://").split(":")
        content = wav(2.0)
        head = (
            f"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n"
        )
        body = (
            b'--x\r\nContent-Disposition: form-data; name="model"\r\n\r\ntiny\r\n'
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + content + b"\r\n--x--\r\n"
        )
        with closing(socket.create_connection((host, int(port)))) as connection:
            connection.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:5000])
            wait_until(lambda: b'"recordings":1' in urlopen(f"{url}/healthz", timeout=10).read())
            process.send_signal(signal.SIGINT)
            wait_until(lambda: not reachable(host, int(port)))
            connection.sendall(body[5000:])
            connection.settimeout(15)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"text":"' in answer
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def reachable(host: str, port: int) -> bool:
    try:
        with closing(socket.create_connection((host, port), timeout=1)):
            return True
    except OSError:
        return False
