"""A server in a thread of this process, on a free port of the loopback."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI

from speechrnn.serve.app import build_app
from speechrnn.serve.limits import Limits
from speechrnn.serve.run import address_of, listen_on, make_server
from speechrnn.serve.service import Service, make_service
from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.streaming import LiveModel


@dataclass(frozen=True)
class Running:
    """A server, and what works in it."""

    url: str
    service: Service

    @property
    def place(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    def client(self, api_key: str = "unused") -> OpenAI:
        """The official client; it does not try again, so that tests see each answer."""
        return OpenAI(base_url=f"{self.url}/v1", api_key=api_key, max_retries=0, timeout=20)


@contextmanager
def running(
    path: Path,
    *,
    limits: Limits | None = None,
    rules: EndpointRules | None = None,
    count: int = 2,
    names: tuple[str, ...] = (),
    api_key: str | None = None,
) -> Iterator[Running]:
    """Serve a model file until the block ends."""
    service = make_service(path, LiveModel.load(path), count, limits or Limits(), rules or EndpointRules())
    server = make_server(build_app(service, names=names, api_key=api_key))
    with listen_on("127.0.0.1", 0) as place:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield Running(address_of(place), service)
        finally:
            server.should_exit = True
            thread.join(20)
    assert not thread.is_alive(), "the server does not stop"


def wait_until(true: object, seconds: float = 15.0) -> None:
    """Wait for a function to come true."""
    until = time.monotonic() + seconds
    while not (true() if callable(true) else true):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
