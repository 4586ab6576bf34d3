import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn import download
from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.registry import CORPORA
from speechrnn.errors import DownloadError, UsageError
from speechrnn.recipe import CorpusConfig
from tests.file_server import serve

OPEN = replace(CORPORA["yesno"], archive=Archive(file="waves_yesno.tar.gz", url=None))


@pytest.fixture
def archive(yesno: Path) -> Path:
    """The miniature corpus, packed as its host does, in a folder of its own."""
    path = yesno / "mirror" / "waves_yesno.tar.gz"
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as tar:
        tar.add(yesno / "waves_yesno", "waves_yesno")
    return path


def test_a_downloaded_corpus_is_prepared_like_one_that_was_there(archive: Path, tmp_path: Path) -> None:
    with serve(archive.read_bytes()) as served:
        corpus = replace(OPEN, archive=replace(OPEN.archive, url=served.url))
        folder = obtain_corpus(corpus, tmp_path / "new")
    assert folder == tmp_path / "new" / "waves_yesno"
    assert list((tmp_path / "new" / "downloads").iterdir()) == []
    assert prepare_corpus(CorpusConfig(name="yesno"), tmp_path / "new").info["splits"]["test"]["utterances"] == 30


def test_a_corpus_that_is_there_is_not_downloaded_again(yesno: Path) -> None:
    unreachable = replace(OPEN, archive=Archive(file="f", url="https://localhost:9/f"))
    assert obtain_corpus(unreachable, yesno) == yesno / "waves_yesno"


@pytest.mark.parametrize("place", ["mirror", "mirror/waves_yesno.tar.gz"])
def test_a_mirror_may_be_a_folder_or_the_archive_itself(archive: Path, tmp_path: Path, place: str) -> None:
    folder = obtain_corpus(OPEN, tmp_path / "new", str(tmp_path / place))
    assert len(list(folder.glob("*.wav"))) == 60
    assert archive.exists()


@pytest.mark.parametrize("ending", ["", "/", "/waves_yesno.tar.gz"])
def test_a_mirror_may_be_an_address(archive: Path, tmp_path: Path, ending: str) -> None:
    with serve(archive.read_bytes()) as served:
        folder = obtain_corpus(OPEN, tmp_path / "new", served.url.removesuffix("/file.tar.gz") + ending)
    assert len(list(folder.glob("*.wav"))) == 60


def test_the_checksum_holds_for_a_mirror_too(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
    with serve(archive.read_bytes()) as served, pytest.raises(DownloadError, match="do not use it"):
        obtain_corpus(CORPORA["yesno"], tmp_path / "new", served.url)


@pytest.mark.parametrize(
    ("corpus", "mirror", "reason"),
    [
        (CORPORA["folder"], None, "folder: is not downloaded; give its place with --path"),
        (CORPORA["spoken_digits"], None, "spoken_digits: is not downloaded; it is made by"),
        (CORPORA["an4"], None, r"no https address of an4_mfc\.tar\.gz is known; see http://www\.speech\.cs\.cmu\.edu"),
        (OPEN, "/nowhere/at/all", "--mirror /nowhere/at/all: no file"),
    ],
)
def test_what_cannot_be_downloaded_is_a_usage_error(
    corpus: Corpus, mirror: str | None, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=reason):
        obtain_corpus(corpus, tmp_path, mirror)


def test_every_address_is_https() -> None:
    addresses = [corpus.archive.url for corpus in CORPORA.values() if corpus.archive and corpus.archive.url]
    assert len(addresses) >= 3
    assert all(address.startswith("https://") for address in addresses)
