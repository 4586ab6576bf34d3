"""The WebSocket gives what the library's own live recognition gives."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from speechrnn.audio import Audio
from speechrnn.serve.limits import Limits
from speechrnn.transcription.endpoint import EndpointRules
from speechrnn.transcription.streaming import LiveModel, StreamingRecognizer
from tests.serve.serving import Running, running, wait_until
from tests.tiny_bundle import noise

OFTEN = EndpointRules(silence_seconds=0.09, idle_seconds=0.5, max_seconds=1.0)
END = '{"type": "end"}'


@pytest.fixture(scope="module")
def often(live: Path) -> Iterator[Running]:
    """Give a server of a model that carries its state; its utterances are short."""
    with running(live, rules=OFTEN) as one:
        yield one


@contextmanager
def stream(
    server: Running, query: str = "sample_rate=8000&encoding=s16le", **options: Any
) -> Iterator[ClientConnection]:
    with connect(f"ws://{server.place}/v1/audio/stream?{query}", **options) as connection:
        yield connection


def told(connection: ClientConnection) -> list[dict[str, Any]]:
    """All messages until the server closes."""
    messages = []
    try:
        while True:
            messages.append(json.loads(connection.recv(timeout=15)))
    except ConnectionClosed:
        return messages


def samples_of(seconds: float, rate: int = 8000) -> np.ndarray:
    return np.round(32767 * noise(seconds, sample_rate_hz=rate).samples).astype("<i2")


@pytest.mark.parametrize("size", [333, 1600, 100_000])
def test_utterances_and_their_words_are_those_of_the_library(often: Running, live: Path, size: int) -> None:
    content = samples_of(4.0).tobytes()
    with stream(often) as connection:
        for start in range(0, len(content), size):
            connection.send(content[start : start + size])
        connection.send(END)
        first, *messages, last = told(connection)
        assert (connection.close_code, first["type"], last) == (1000, "ready", {"type": "done", "duration": 4.0})
    local = LiveModel.load(live).start(8000, OFTEN)
    heard = [local.accept(samples_of(4.0).astype(np.float32) / 32768), local.finish()]
    wanted = [one for part in heard for one in part.ended]
    finals = [one for one in messages if one["type"] == "final"]
    assert len(wanted) > 2
    assert [one["text"] for one in finals] == [one.text for one in wanted]
    assert [(word["word"], word["start"]) for one in finals for word in one["words"]] == [
        (word.text, round(word.start_seconds, 3)) for one in wanted for word in one.words
    ]
    assert (finals[0]["start"], finals[0]["end"]) == (finals[0]["words"][0]["start"], finals[0]["words"][-1]["end"])


def test_what_is_being_said_is_told_while_it_is(live: Path) -> None:
    content = samples_of(3.0).tobytes()
    with running(live) as server, stream(server) as connection:
        connection.send(content)
        first, partial = (json.loads(connection.recv(timeout=15)) for _ in range(2))
        assert (first["type"], partial["type"]) == ("ready", "partial")
        connection.send(END)
        final = next(one for one in told(connection) if one["type"] == "final")
        assert final["text"].startswith(partial["text"][:5])


def test_a_model_that_hears_windows_streams_as_well(server: Running) -> None:
    with stream(server) as connection:
        connection.send(samples_of(2.0).tobytes())
        connection.send(END)
        assert [one["type"] for one in told(connection)][-2:] == ["partial", "done"]


def test_rate_and_encoding_are_as_the_query_says(live: Path) -> None:
    sound = noise(2.0, sample_rate_hz=16000).samples
    local = LiveModel.load(live).start(16000, EndpointRules())
    local.accept(sound)
    (wanted,) = local.finish().ended
    with running(live) as server, stream(server, "sample_rate=16000&encoding=f32le&model=whisper-1") as connection:
        connection.send(sound.astype("<f4").tobytes())
        connection.send(END)
        assert [one["text"] for one in told(connection) if one["type"] == "final"] == [wanted.text]


REFUSALS = {
    "rate=x": ("sample_rate=x", None, "sample_rate: 'x' came; give samples per second, 4000 to 192000"),
    "long rate": (f"sample_rate={'1' * 5000}", None, "sample_rate: '11111111111111111111' came"),
    "rate=1": ("sample_rate=1", None, "sample_rate: '1' came"),
    "encoding": ("encoding=mp3", None, "raw encoding mp3: unknown"),
    "model": ("model=large", None, "the model 'large' does not exist here"),
    "text": ("", "hello", "samples in binary messages were wanted"),
    "list": ("", "[]", "samples in binary messages were wanted"),
    "nan": ("encoding=f32le", np.full(9, np.nan, "<f4").tobytes(), "samples that are not finite"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_used_is_named_before_the_server_closes(often: Running, case: str) -> None:
    query, message, reason = REFUSALS[case]
    with stream(often, query) as connection:
        if message is not None:
            connection.send(message)
        *_, last = told(connection)
        assert (connection.close_code, last["type"]) == (1008, "error")
        assert reason in last["error"]["message"]
    wait_until(lambda: often.service.workers.num_streams == 0)


LIMITS = {
    "too long": (Limits(max_seconds=1.0), samples_of(2.0).tobytes(), 1008, "longer than the 1 s allowed"),
    "silent": (Limits(idle_seconds=0.2), b"", 1008, "nothing came for 0.2 s"),
    "too many": (Limits(max_streams=0), b"", 1013, "0 live streams are open, no more are allowed"),
}


@pytest.mark.parametrize("case", LIMITS)
def test_each_limit_ends_a_stream_with_its_reason(live: Path, case: str) -> None:
    limits, content, code, reason = LIMITS[case]
    with running(live, limits=limits) as server, stream(server) as connection:
        with suppress(ConnectionClosed):  # it may be closed already
            connection.send(content)
        *_, last = told(connection)
        assert connection.close_code == code
        assert reason in last["error"]["message"]


def goes_on(connection: ClientConnection, content: bytes) -> str:
    """Send something again and again until the server closes; gives the reason."""
    message = ""
    with suppress(ConnectionClosed):
        for _ in range(100):
            connection.send(content)
            with suppress(TimeoutError):
                message = str(connection.recv(timeout=0.05))
        pytest.fail("the server does not close")
    return message


def test_empty_messages_keep_no_stream_alive(live: Path) -> None:
    with running(live, limits=Limits(idle_seconds=0.3)) as server, stream(server) as connection:
        assert "nothing came for 0.3 s" in goes_on(connection, b"")


def test_a_sample_now_and_then_keeps_no_stream_alive_for_ever(live: Path) -> None:
    limits = Limits(idle_seconds=0.3, max_seconds=0.5)
    with running(live, limits=limits) as server, stream(server) as connection:
        assert "open for longer than the 0.5 s allowed" in goes_on(connection, b"\0\0")
        wait_until(lambda: server.service.workers.num_streams == 0)


def test_a_message_beyond_a_mebibyte_closes_the_stream(often: Running) -> None:
    with stream(often) as connection:
        connection.send(b"0" * (2**20 + 1))
        told(connection)
        assert connection.close_code == 1009


def test_a_client_that_goes_away_frees_its_place(often: Running) -> None:
    with stream(often) as connection:
        connection.send(samples_of(0.5).tobytes())
        wait_until(lambda: often.service.workers.num_streams == 1)
    wait_until(lambda: often.service.workers.num_streams == 0)
    assert [one.streams for one in often.service.workers._workers] == [0, 0]


def test_a_failure_of_ours_ends_the_stream_and_tells_nothing(
    often: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("secret")

    monkeypatch.setattr(StreamingRecognizer, "accept", fail)
    with stream(often) as connection:
        connection.send(samples_of(0.5).tobytes())
        *_, last = told(connection)
        assert (connection.close_code, last["error"]["code"]) == (1011, "internal_error")
    assert "secret" not in str(last)
    assert "ValueError: secret" in caplog.text


def test_streams_at_once_do_not_hear_one_another(often: Running, live: Path) -> None:
    sounds = [noise(2.0, seed=seed) for seed in range(4)]
    with ExitStack() as stack:
        connections = [stack.enter_context(stream(often, "sample_rate=8000&encoding=f32le")) for _ in sounds]
        for at in range(0, 16000, 1600):
            for sound, connection in zip(sounds, connections, strict=True):
                connection.send(sound.samples[at : at + 1600].astype("<f4").tobytes())
        for connection, sound in zip(connections, sounds, strict=True):
            connection.send(END)
            assert [one["text"] for one in told(connection) if one["type"] == "final"] == alone(live, sound) != []


def alone(live: Path, sound: Audio) -> list[str]:
    local = LiveModel.load(live).start(8000, OFTEN)
    return [one.text for part in (local.accept(sound.samples), local.finish()) for one in part.ended]
