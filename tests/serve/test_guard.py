"""What is refused before the application sees it, and what every answer carries."""

import http.client
import socket
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import openai
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.serve.conftest import Wav
from tests.serve.serving import Running, running

KEY = "geheim-1~"
FOREIGN = {
    "rebound name": {"Host": "evil.example"},
    "foreign page": {"Origin": "https://evil.example"},
    "page on another port": {"Origin": "http://127.0.0.1:1"},
    "page without a place": {"Origin": "null"},
}


@pytest.fixture(scope="module")
def locked(tiny: Path) -> Iterator[Running]:
    """Give a server with a key and a name."""
    with running(tiny, api_key=KEY, names=("asr.lan",)) as one:
        yield one


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: str


def ask(server: Running, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    with closing(http.client.HTTPConnection(server.place, timeout=15)) as connection:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, response.read().decode())


@pytest.mark.parametrize("case", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/v1/models"), ("POST", "/v1/audio/transcriptions")]
)
def test_no_foreign_page_gets_an_answer(server: Running, case: str, method: str, path: str) -> None:
    response = ask(server, path, FOREIGN[case], method)
    assert response.status == 403
    assert '"invalid_request_error"' in response.content


@pytest.mark.parametrize("case", FOREIGN)
def test_no_foreign_page_opens_a_stream(server: Running, case: str, caplog: pytest.LogCaptureFixture) -> None:
    headers, (address, port) = dict(FOREIGN[case]), server.place.split(":")
    name = headers.pop("Host", server.place)
    with (
        socket.create_connection((address, int(port))) as opened,
        pytest.raises(InvalidStatus, match="HTTP 403"),
        connect(f"ws://{name}/v1/audio/stream", sock=opened, additional_headers=headers),
    ):
        pass
    assert caplog.messages == []  # or any page could fill the log


def test_the_servers_own_page_and_programs_get_answers(server: Running) -> None:
    for headers in ({}, {"Origin": server.url}, {"Host": "localhost"}):
        assert ask(server, "/v1/models", headers).status == 200
    with connect(f"ws://{server.place}/v1/audio/stream", additional_headers={"Origin": server.url}) as connection:
        assert '"ready"' in str(connection.recv())


def test_no_answer_lets_other_sites_read_it(server: Running) -> None:
    for path, headers in (("/v1/models", {"Origin": server.url}), ("/", {}), ("/nowhere", {})):
        response = ask(server, path, headers)
        named = set(response.headers)
        assert not [name for name in named if name.startswith("access-control-")]
        assert {"x-content-type-options", "cross-origin-resource-policy", "referrer-policy"} <= named
        assert "server" not in named


def test_a_name_must_be_allowed(server: Running, locked: Running) -> None:
    assert ask(server, "/healthz", {"Host": "asr.lan"}).status == 403
    assert ask(locked, "/healthz", {"Host": "asr.lan"}).status == 200


def test_without_its_key_a_server_tells_only_that_it_runs(locked: Running) -> None:
    assert [ask(locked, path).status for path in ("/", "/healthz", "/v1/models", "/v1/audio/transcriptions")] == [
        200,
        200,
        401,
        401,
    ]
    assert ask(locked, "/v1/models").headers["www-authenticate"] == "Bearer"


def test_the_right_key_opens(locked: Running) -> None:
    assert [
        ask(locked, "/v1/models", {"Authorization": f"{scheme} {KEY}"}).status for scheme in ("Bearer", "bearer")
    ] == [200] * 2


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer geheim", "Bearer \xfc", f"Basic {KEY}", f"Bearer {KEY}x"])
def test_a_wrong_key_is_none(locked: Running, sent: str) -> None:
    response = ask(locked, "/v1/models", {"Authorization": sent})
    assert response.status == 401
    assert '"invalid_api_key"' in response.content


def test_the_official_client_brings_the_key(tiny: Path, wav: Wav) -> None:
    with running(tiny, api_key="sesame") as server:
        assert server.client("sesame").audio.transcriptions.create(file=("a.wav", wav()), model="tiny").text
        with pytest.raises(openai.AuthenticationError, match="the API key is missing or wrong"):
            server.client("wrong").audio.transcriptions.create(file=("a.wav", wav()), model="tiny")


def test_a_page_brings_the_key_as_a_subprotocol(locked: Running) -> None:
    place = f"ws://{locked.place}/v1/audio/stream"
    offered = "key." + urlsafe_b64encode(KEY.encode()).decode().rstrip("=")
    with connect(place, subprotocols=["speechrnn", offered]) as connection:
        assert connection.subprotocol == "speechrnn"
    for wrong in (["speechrnn"], ["speechrnn", "key.AAAA"], ["speechrnn", "key.A"], ["speechrnn", f"x{offered}"]):
        with connect(place, subprotocols=wrong) as connection:
            assert "the API key is missing or wrong" in str(connection.recv())
            with pytest.raises(ConnectionClosed, match="1008"):
                connection.recv()


def test_what_is_not_served_is_refused_in_the_same_layout(server: Running) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("GET", "/docs", 404), ("DELETE", "/healthz", 405)):
        response = ask(server, path, method=method)
        assert response.status == status
        assert response.content.startswith('{"error":{"message":"')
