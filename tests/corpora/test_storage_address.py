"""Addresses of object storage, and what is read there from a server of this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.mirror import find_on_mirror
from speechrnn.corpora.storage_address import below, web_address
from speechrnn.errors import UsageError
from tests.corpora.conftest import Run
from tests.file_server import Served, serve_files


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("s3://speech/an4/x.tar.gz", "https://speech.s3.amazonaws.com/an4/x.tar.gz"),
        ("s3://speech", "https://speech.s3.amazonaws.com"),
        ("s3://speech/", "https://speech.s3.amazonaws.com"),
        # A certificate for *.s3.amazonaws.com does not hold for two names before it.
        ("s3://data.speech.org/an4", "https://s3.amazonaws.com/data.speech.org/an4"),
        ("s3://speech/a b/c+d?e#f", "https://speech.s3.amazonaws.com/a%20b/c%2Bd%3Fe%23f"),
        ("gs://speech_1/an4/", "https://storage.googleapis.com/speech_1/an4"),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://localhost/a", "http://localhost/a"),
    ],
)
def test_the_address_of_a_bucket_is_that_its_host_answers_the_public_on(address: str, wanted: str) -> None:
    assert web_address(address) == wanted


def test_another_store_is_named_as_for_amazons_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://minio.example.org/")
    assert web_address("s3://speech/an4") == "https://minio.example.org/speech/an4"
    assert web_address("gs://speech/an4") == "https://storage.googleapis.com/speech/an4"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9000")
    assert web_address("s3://speech/an4") == "http://127.0.0.1:9000/speech/an4"


@pytest.mark.parametrize("address", ["s3://", "s3:///an4", "s3://Speech/an4", "gs://a/b", "s3://a@example.org/x"])
def test_what_is_no_bucket_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=rf"^{address}: '.*' is no name of a bucket; wanted {address[:2]}://BUCKET/"):
        web_address(address)


def test_what_follows_a_question_mark_goes_for_every_file_of_a_mirror() -> None:
    assert below("https://example.org/m?sv=1&sig=a/b", "x.tar") == "https://example.org/m/x.tar?sv=1&sig=a/b"
    signed = "https://example.org/m/x.tar.gz?sig=a"
    assert find_on_mirror(signed, ("y.tar.gz",), is_one=True) == signed
    assert find_on_mirror(signed, ("y.tar.gz",), is_one=False) == "https://example.org/m/x.tar.gz/y.tar.gz?sig=a"


@pytest.fixture
def bucket(published: Callable[[str], Path]) -> dict[str, Served]:
    """AN4 below `an4/` of the bucket `speech`."""
    files = (published("an4") / "files").iterdir()
    return {f"speech/an4/{file.name}": Served(file.read_bytes()) for file in files}


def test_a_corpus_is_fetched_from_a_public_bucket(
    bucket: dict[str, Served], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_files(bucket) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        code, lines = run("prep", "an4", "--data", tmp_path / "data", "--download", "--mirror", "s3://speech/an4")
    assert (code, lines[1:]) == (0, [f"corpus in {tmp_path / 'data' / 'an4'}"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_private_bucket_is_one_line_that_says_what_to_do(
    status: int, bucket: dict[str, Served], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (served,) = bucket.values()
    served.statuses = [status]
    with serve_files(bucket) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        code, lines = run("prep", "an4", "--data", tmp_path / "data", "--download", "--mirror", "s3://speech/an4")
    assert (code, len(lines)) == (1, 2)
    assert lines[1].startswith(f"error: {address}/speech/an4/an4_sphere.tar.gz: the server says {status} ")
    assert "lets nobody read this without a key, or there is no such file; give a presigned https address" in lines[1]
    assert len(served.requested) == 1


def test_nothing_that_follows_a_question_mark_is_shown(
    bucket: dict[str, Served], tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_files({}) as address:
        place = f"{address}/an4_sphere.tar.gz?X-Amz-Signature=5ecret"
        code, lines = run("prep", "an4", "--data", tmp_path / "data", "--download", "--mirror", place)
    assert code == 1
    assert lines[1] == f"error: {address}/an4_sphere.tar.gz: the server says 404 Not Found; look for a new address"
