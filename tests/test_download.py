import hashlib
import shutil
from collections import namedtuple
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.request import Request

import pytest

from speechrnn import download
from speechrnn.download import Wanted, check_address, fetch
from speechrnn.errors import DownloadError
from tests.file_server import Served, serve
from tests.loopback import serving

CONTENT = bytes(range(256)) * 4000
ANY = Wanted()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
    with serve(CONTENT) as served:
        yield served


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "file.tar.gz"


def test_a_whole_download_is_the_file_and_leaves_nothing_else(served: Served, target: Path) -> None:
    steps: list[tuple[int, int]] = []
    fetch(served.url, target, ANY, lambda what, done, total: steps.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    assert steps[-1] == (len(CONTENT), len(CONTENT))


def test_a_cut_connection_is_resumed_where_it_broke(served: Served, target: Path) -> None:
    served.cuts, served.cut_after = 2, 300_000
    fetch(served.url, target, ANY)
    assert target.read_bytes() == CONTENT
    assert served.requested == [None, "bytes=300000-", "bytes=600000-"]


def test_the_next_run_goes_on_where_the_last_one_gave_up(served: Served, target: Path) -> None:
    served.cuts, served.cut_after = 5, 100
    with pytest.raises(DownloadError, match=r"gave up after 5 attempts .*run it again to go on"):
        fetch(served.url, target, ANY)
    assert not target.exists()
    fetch(served.url, target, ANY)
    assert served.requested[-1] == "bytes=500-"
    assert target.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(served: Served, target: Path) -> None:
    served.cuts, served.cut_after = 5, 100
    with pytest.raises(DownloadError, match="gave up"):
        fetch(served.url, target, ANY)
    served.content, served.etag = CONTENT[::-1], '"two"'
    fetch(served.url, target, ANY)
    assert target.read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_is_asked_for_everything_again(served: Served, target: Path) -> None:
    served.cuts, served.cut_after, served.ranges = 1, 300_000, False
    fetch(served.url, target, ANY)
    assert target.read_bytes() == CONTENT


def test_a_part_that_was_complete_is_taken_without_another_byte(served: Served, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("file.tar.gz.part").write_bytes(CONTENT)
    fetch(served.url, target, ANY)
    assert served.requested == [f"bytes={len(CONTENT)}-"]
    assert target.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_begun_again(served: Served, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("file.tar.gz.part").write_bytes(CONTENT + b"more")
    fetch(served.url, target, ANY)
    assert target.read_bytes() == CONTENT


def test_a_server_in_trouble_is_asked_again_and_a_refusal_is_final(served: Served, target: Path) -> None:
    served.statuses = [503, 500]
    fetch(served.url, target, ANY)
    assert len(served.requested) == 3
    served.statuses = [404]
    with pytest.raises(DownloadError, match="the server says 404 Not Found; look for a new address"):
        fetch(served.url, target.with_name("other"), ANY)
    assert len(served.requested) == 4


def test_the_region_of_a_bucket_that_is_elsewhere_is_named(target: Path) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(301)  # as Amazon answers, without a new address
        request.send_header("x-amz-bucket-region", "eu-south-1")
        request.send_header("Content-Length", "0")
        request.end_headers()

    with (
        serving(answer) as address,
        pytest.raises(DownloadError, match=r"set AWS_ENDPOINT_URL_S3=https://s3\.eu-south-1\.amazonaws\.com$"),
    ):
        fetch(f"{address}/speech/a.tar", target, ANY)


def test_the_published_size_and_checksum_are_held_to(served: Served, target: Path) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    fetch(served.url, target, Wanted(num_bytes=len(CONTENT), sha256=digest))
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (
            Wanted(sha256="0" * 64),
            "SHA-256 is [0-9a-f]{64} where 0{64} was published; do not use it",
        ),
        (Wanted(num_bytes=17), "1024000 bytes came where 17 were published"),
    ],
)
def test_another_file_than_was_published_is_refused_and_deleted(
    served: Served, target: Path, wanted: Wanted, reason: str
) -> None:
    with pytest.raises(DownloadError, match=reason):
        fetch(served.url, target, wanted)
    assert list(target.parent.iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(
    served: Served, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 0, 2 * len(CONTENT)))
    with pytest.raises(DownloadError, match=r"needs about 0\.0 GB, and .* has 0\.0 GB free"):
        fetch(served.url, target, Wanted(room_factor=3))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("announced", [True, False])
def test_more_than_is_taken_is_refused_whether_or_not_it_was_announced(
    served: Served, target: Path, announced: bool
) -> None:
    served.announced = announced
    with pytest.raises(DownloadError, match=r"MB or more came, at most 0\.5 MB is taken"):
        fetch(served.url, target, Wanted(most_bytes=500_000))
    assert [file for file in target.parent.iterdir() if file.suffix != ".etag"] == []
    fetch(served.url, target, Wanted(most_bytes=len(CONTENT)))
    assert target.read_bytes() == CONTENT


def test_a_redirect_to_an_open_address_is_refused(served: Served, target: Path) -> None:
    served.redirect = "http://example.org/file.tar.gz"
    with pytest.raises(DownloadError, match=r"http://example\.org/file\.tar\.gz: wanted an https address"):
        fetch(served.url, target, ANY)


def test_a_redirect_to_this_machine_is_followed_from_this_machine_only(served: Served, target: Path) -> None:
    with serve(CONTENT) as here:
        served.redirect = here.url
        fetch(served.url, target, ANY)
        assert target.read_bytes() == CONTENT
    asked = Request("https://example.org/a")
    with pytest.raises(DownloadError, match="^https://example.org/a: leads to http://localhost:80/a, an https address"):
        download._StrictRedirects().redirect_request(asked, None, 302, "Found", {}, "http://localhost:80/a")
    followed = download._StrictRedirects().redirect_request(asked, None, 302, "Found", {}, "https://example.org/b")
    assert followed.full_url == "https://example.org/b"


@pytest.mark.parametrize(
    "url", ["http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "http://127.0.0.1.example.org/a"]
)
def test_only_https_is_taken(url: str) -> None:
    with pytest.raises(DownloadError, match="wanted an https address"):
        check_address(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/a", "http://127.0.0.1:8000/a", "http://localhost/a", "http://[::1]:80/a"]
)
def test_https_and_this_machine_are_taken(url: str) -> None:
    check_address(url)
