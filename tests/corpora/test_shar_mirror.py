import hashlib
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.shar_mirror import mirror_shar
from speechrnn.errors import CorpusError, DownloadError
from speechrnn.progress import silent
from speechrnn.recipe import CorpusConfig
from tests.loopback import serving

Host = Callable[[Path], str]


@pytest.fixture
def asked() -> list[str]:
    """The paths that were asked of the server."""
    return []


@pytest.fixture
def address(fsdd: Path, asked: list[str]) -> Iterator[str]:
    """Archives of a little corpus, behind a web server."""
    root = prepare_corpus(CorpusConfig(name="fsdd"), fsdd, shar=True).directory / "shar"
    root = root.rename(fsdd / "served")

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        file = root / request.path.partition("?")[0].lstrip("/")
        content = file.read_bytes() if file.is_file() else b""
        request.send_response(200 if file.is_file() else 404)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    with serving(answer) as host:
        yield host


def test_a_corpus_is_prepared_from_an_address_and_the_network_is_asked_once(
    fsdd: Path, address: str, asked: list[str], tmp_path: Path
) -> None:
    config = CorpusConfig(name="folder", path=address, format="shar")
    prepared = prepare_corpus(config, tmp_path / "new")
    original = json.loads((fsdd / "manifests" / "fsdd" / "corpus.json").read_text())
    assert prepared.info["splits"] == original["splits"]
    assert prepared.info["options"]["path"] == address
    assert len(asked) == len(set(asked)) == 7  # the list, and two files of each split
    assert prepare_corpus(config, tmp_path / "new").info == prepared.info
    prepare_corpus(config, tmp_path / "new", force=True)
    assert len(asked) == 7


def test_a_copy_that_was_cut_short_goes_on(fsdd: Path, address: str, asked: list[str], tmp_path: Path) -> None:
    archive = fsdd / "served" / "train" / "recording.000000.tar"
    content = archive.read_bytes()
    archive.unlink()
    with pytest.raises(DownloadError, match=r"train/recording\.000000\.tar: the server says 404"):
        mirror_shar(address, tmp_path / "new", silent)
    archive.write_bytes(content)
    folder = mirror_shar(f"{address}/", tmp_path / "new", silent)
    assert (folder / "train" / "recording.000000.tar").read_bytes() == content
    assert asked.count("/test/recording.000000.tar") == 1


def test_of_a_copy_that_was_cut_short_only_what_the_list_still_says_is_kept(
    fsdd: Path, address: str, asked: list[str], tmp_path: Path
) -> None:
    served = fsdd / "served"
    (served / "train" / "recording.000000.tar").rename(served / "later.tar")
    with pytest.raises(DownloadError, match="the server says 404"):
        mirror_shar(address, tmp_path / "new", silent)
    (served / "later.tar").rename(served / "train" / "recording.000000.tar")
    listed = json.loads((served / "shards.json").read_text())
    content = (served / "test" / "cuts.000000.jsonl.gz").read_bytes()[::-1]  # of the same size
    (served / "test" / "cuts.000000.jsonl.gz").write_bytes(content)
    listed["files"]["test/cuts.000000.jsonl.gz"]["sha256"] = hashlib.sha256(content).hexdigest()
    (served / "shards.json").write_text(json.dumps(listed))
    folder = mirror_shar(address, tmp_path / "new", silent)
    assert (folder / "test" / "cuts.000000.jsonl.gz").read_bytes() == content
    assert (asked.count("/test/cuts.000000.jsonl.gz"), asked.count("/test/recording.000000.tar")) == (2, 1)


def test_a_file_that_is_not_the_one_listed_is_refused(fsdd: Path, address: str, tmp_path: Path) -> None:
    archive = fsdd / "served" / "dev" / "recording.000000.tar"
    archive.write_bytes(archive.read_bytes().replace(b"seven", b"SEVEN").replace(b"3_ann_5", b"3_ann_6"))
    with pytest.raises(DownloadError, match=r"dev/recording\.000000\.tar: .*SHA-256"):
        mirror_shar(address, tmp_path / "new", silent)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "no list of archives"),
        ('{"files": {"train/cuts.000000.jsonl.gz": {}}}', "no list of archives"),
        ('{"files": {"../../x": {"bytes": 1, "sha256": "a"}}}', r"lists '\.\./\.\./x'; wanted names such as"),
        ('{"files": {"train/../cuts.000000.jsonl.gz": {"bytes": 1, "sha256": "a"}}}', "lists 'train/../cuts"),
    ],
)
def test_a_list_of_other_things_is_refused(fsdd: Path, address: str, tmp_path: Path, content: str, reason: str) -> None:
    (fsdd / "served" / "shards.json").write_text(content)
    with pytest.raises(CorpusError, match=rf"{address}/shards\.json: {reason}"):
        mirror_shar(address, tmp_path / "new", silent)
    assert not [file for file in tmp_path.rglob("x")]


def test_archives_are_read_from_a_bucket(
    fsdd: Path, address: str, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = fsdd / "served" / "speech" / "packed"
    bucket.mkdir(parents=True)
    for part in ("train", "dev", "test", "shards.json"):
        (fsdd / "served" / part).rename(bucket / part)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
    config = CorpusConfig(name="folder", path="s3://speech/packed", format="shar")
    prepared = prepare_corpus(config, tmp_path / "new")
    original = json.loads((fsdd / "manifests" / "fsdd" / "corpus.json").read_text())
    assert prepared.info["splits"] == original["splits"]
    assert prepared.info["options"]["path"] == "s3://speech/packed"
    assert set(asked) == {f"/speech/packed/{file.relative_to(bucket)}" for file in bucket.rglob("*.*")}


def test_a_new_signature_is_no_new_corpus(address: str, asked: list[str], tmp_path: Path) -> None:
    folder = mirror_shar(f"{address}/?sig=a", tmp_path / "new", silent)
    assert mirror_shar(f"{address}?sig=b", tmp_path / "new", silent) == folder
    assert len(asked) == 7
    assert all(path.endswith("?sig=a") for path in asked)


@pytest.mark.parametrize("address", ["http://example.org/shar", "ftp://bucket/shar"])
def test_only_https_is_taken(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=f"{address}: wanted an https address"):
        mirror_shar(address, tmp_path, silent)
