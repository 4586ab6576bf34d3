"""`POST /v1/audio/transcriptions`, asked by the official client over the loopback."""

import io
import re
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import openai
import pytest

from speechrnn.audio import Audio, read_audio
from speechrnn.errors import BundleError
from speechrnn.serve import recordings
from speechrnn.serve.limits import Limits
from speechrnn.transcription.door import load
from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers import WRITERS
from tests.serve.conftest import Wav
from tests.serve.serving import Running, running, wait_until
from tests.tiny_bundle import noise

CREATE = "/v1/audio/transcriptions"


def expected(tiny: Path, content: bytes) -> Transcript:
    """What the library makes of a recording."""
    return load(tiny).transcribe(io.BytesIO(content))


def test_the_official_client_gets_the_text_of_the_library(server: Running, tiny: Path, wav: Wav) -> None:
    content = wav()
    heard = expected(tiny, content)
    assert heard.text
    assert server.client().audio.transcriptions.create(file=("a.wav", content), model="tiny").text == heard.text


@pytest.mark.parametrize("form", ["text", "srt", "vtt"])
def test_text_and_subtitles_are_those_of_the_library(server: Running, tiny: Path, wav: Wav, form: str) -> None:
    content = wav()
    heard = expected(tiny, content)
    wanted = heard.text + "\n" if form == "text" else WRITERS[form](heard, "")
    created = server.client().audio.transcriptions.create(
        file=("a.wav", content), model="whisper-1", response_format=form, language="en", prompt="Hello", temperature=0.0
    )
    assert created == wanted


def test_verbose_json_has_the_words_of_the_library(server: Running, tiny: Path, wav: Wav) -> None:
    content = wav()
    heard = expected(tiny, content)
    created = server.client().audio.transcriptions.create(
        file=("a.wav", content),
        model="whisper-1",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert [(one.word, one.start, one.end) for one in created.words or ()] == [
        (word.text, round(word.start_seconds, 3), round(word.end_seconds, 3)) for word in heard.words
    ]
    assert [one.text for one in created.segments or ()] == [one.text for one in heard.segments]
    assert created.duration == 2.0


def test_verbose_json_says_what_is_wrong_with_a_recording(server: Running, wav: Wav) -> None:
    create = server.client().audio.transcriptions.create
    sound = noise(2.0, sample_rate_hz=6000)
    loud = Audio(np.clip(20 * sound.samples, -1, 1), 6000)
    found = create(file=("a.wav", wav(audio=loud)), model="tiny", response_format="verbose_json")
    narrow, clipped = found.model_extra["warnings"]
    assert narrow.startswith("6000 Hz, below the model's 8000 Hz: ")
    assert re.fullmatch(r"is clipped \(\d+\.\d % of the samples .*", clipped)
    assert "warnings" not in create(file=("a.wav", wav()), model="tiny", response_format="verbose_json").model_extra


def test_a_stream_tells_the_parts_of_a_long_recording_and_then_the_whole(server: Running, tiny: Path, wav: Wav) -> None:
    content = wav(70.0)
    create = server.client().audio.transcriptions.create
    *deltas, done = create(file=("a.wav", content), model="tiny", stream=True)
    assert len(deltas) > 1
    assert {one.type for one in deltas} == {"transcript.text.delta"}
    assert "".join(one.delta for one in deltas) == done.text == expected(tiny, content).text


def test_the_model_is_listed_and_found(server: Running) -> None:
    client = server.client()
    (listed,) = client.models.list().data
    assert (listed.id, listed.object) == ("tiny", "model")
    assert client.models.retrieve("tiny").id == "tiny"
    with pytest.raises(openai.NotFoundError, match="'large' does not exist here; give tiny"):
        client.models.retrieve("large")


BAD = {
    "empty": (b"", "file: the file is empty"),
    "no sound": (b"#!/bin/sh\n" * 50, "file: cannot be decoded"),
    "too short": (None, "file: 0.010 s of audio, at least 0.100 s wanted"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_file_is_a_bad_request_that_names_the_fault_and_no_path(
    server: Running, wav: Wav, case: str, stream: bool
) -> None:
    content, message = BAD[case]
    with pytest.raises(openai.BadRequestError, match=message) as refused:
        server.client().audio.transcriptions.create(
            file=("secret/name.wav", content if content is not None else wav(0.01)), model="tiny", stream=stream
        )
    assert (refused.value.param, refused.value.type) == ("file", "invalid_request_error")
    assert not re.search(r"/tmp|/home|Traceback|\.py|speechrnn-", str(refused.value))


def test_a_truncated_recording_is_a_bad_request(server: Running, wav: Wav) -> None:
    with pytest.raises(openai.BadRequestError, match="file: truncated"):
        server.client().audio.transcriptions.create(file=("a.wav", wav()[:-1000]), model="tiny")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(max_upload_bytes=1000), "file: larger than the 0.0009.* MiB allowed"),
        (Limits(max_seconds=60), "60 s allowed"),
    ],
)
def test_too_large_and_too_long_recordings_are_413(tiny: Path, wav: Wav, limits: Limits, message: str) -> None:
    with running(tiny, limits=limits) as server:
        with pytest.raises(openai.APIStatusError, match=message) as refused:
            server.client().audio.transcriptions.create(file=("a.wav", wav(90.0)), model="tiny")
        assert refused.value.status_code == 413
        assert server.service.workers.num_admitted == 0


class Held:
    """Recordings that take until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun, self.closed = threading.Event(), threading.Semaphore(0), threading.Event()
        monkeypatch.setattr(recordings, "recognized", self.recognized)

    def recognized(self, *_: object) -> Generator[Transcript, None, None]:
        try:
            for _ in range(400):
                self.begun.release()
                if self.go.wait(0.05):
                    break
                yield Transcript((), 1.0, "")
            yield Transcript((), 2.0, "")
        finally:
            self.closed.set()


def test_a_full_server_says_so_at_once_and_recovers(tiny: Path, wav: Wav, monkeypatch: pytest.MonkeyPatch) -> None:
    held, content = Held(monkeypatch), wav(0.2)
    limits = Limits(max_waiting=1)
    with running(tiny, limits=limits, count=1) as server, ThreadPoolExecutor(2) as pool:
        create = server.client().audio.transcriptions.create
        under_way = [pool.submit(create, file=("a.wav", content), model="tiny") for _ in range(2)]
        wait_until(lambda: server.service.workers.num_admitted == 2)
        with pytest.raises(openai.InternalServerError, match="too many recordings are waiting") as refused:
            create(file=("a.wav", content), model="tiny")
        assert (refused.value.status_code, refused.value.response.headers["retry-after"]) == (503, "2")
        held.go.set()
        assert [one.result().text for one in under_way] == ["", ""]
        assert create(file=("a.wav", content), model="tiny").text == ""


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_frees_its_worker(
    tiny: Path, wav: Wav, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    held = Held(monkeypatch)
    with running(tiny, count=1) as server:
        client = server.client().with_options(timeout=0.5)
        with pytest.raises(openai.APITimeoutError, match="timed out"):
            list(client.audio.transcriptions.create(file=("a.wav", wav(0.2)), model="tiny", stream=stream))
        wait_until(lambda: server.service.workers.num_admitted == 0)
        assert held.closed.wait(5)


def test_a_failure_of_ours_is_a_500_that_tells_nothing(
    server: Running, wav: Wav, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> Generator[Transcript, None, None]:
        raise BundleError("/srv/secret/model.srnn: broken")
        yield

    monkeypatch.setattr(recordings, "recognized", fail)
    for stream in (False, True):
        with pytest.raises(openai.InternalServerError, match="the server failed at this request") as refused:
            server.client().audio.transcriptions.create(file=("a.wav", wav(0.2)), model="tiny", stream=stream)
        assert "secret" not in str(refused.value)
    line = f"error: {CREATE}: failed unexpectedly (BundleError: /srv/secret/model.srnn: broken); please report this"
    wait_until(lambda: len(told(caplog)) >= 2)  # the line is written behind the answer
    assert told(caplog) == [line] * 2


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the server said of itself."""
    return [one.getMessage() for one in caplog.records if one.name == "speechrnn.serve"]


def test_a_failure_in_the_middle_of_a_stream_reaches_the_client(
    server: Running, wav: Wav, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Generator[Transcript, None, None]:
        yield Transcript((), 1.0, "")
        raise ValueError("secret")

    monkeypatch.setattr(recordings, "recognized", fail)
    with pytest.raises(openai.APIError, match="the server failed at this request"):
        list(server.client().audio.transcriptions.create(file=("a.wav", wav(0.2)), model="tiny", stream=True))


def test_recordings_at_once_get_each_their_own_text(server: Running, tiny: Path, wav: Wav) -> None:
    contents = [wav(1.5, seed=seed) for seed in range(8)]
    wanted = [expected(tiny, one).text for one in contents]
    assert len(set(wanted)) > 4
    create = server.client().audio.transcriptions.create
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda content: create(file=("a.wav", content), model="tiny").text, contents))
    assert found == wanted


def test_a_recording_at_another_rate_is_resampled(server: Running, tiny: Path, wav: Wav) -> None:
    content = wav(audio=noise(2.0, sample_rate_hz=44100))
    found = server.client().audio.transcriptions.create(file=("a.wav", content), model="tiny").text
    assert found == load(tiny).recognizer.transcribe(read_audio(io.BytesIO(content))).text
