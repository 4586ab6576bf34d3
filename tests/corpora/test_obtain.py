import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn import download
from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.registry import CORPORA
from speechrnn.errors import CorpusError, DownloadError, UsageError
from speechrnn.recipe import CorpusConfig
from tests.file_server import serve

OPEN = replace(CORPORA["yesno"], archives=(Archive(file="waves_yesno.tar.gz", url=None),))


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
        corpus = replace(OPEN, archives=(replace(OPEN.archives[0], url=served.url),))
        folder = obtain_corpus(corpus, tmp_path / "new")
    assert folder == tmp_path / "new" / "waves_yesno"
    assert list((tmp_path / "new" / "downloads").iterdir()) == []
    assert prepare_corpus(CorpusConfig(name="yesno"), tmp_path / "new").info["splits"]["test"]["utterances"] == 30


def test_a_corpus_that_is_there_is_not_downloaded_again(yesno: Path) -> None:
    unreachable = replace(OPEN, archives=(Archive(file="f", url="https://localhost:9/f"),))
    (yesno / ".yesno.unpacking" / "f").mkdir(parents=True)
    assert obtain_corpus(unreachable, yesno) == yesno / "waves_yesno"
    assert not (yesno / ".yesno.unpacking").exists()


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
        (OPEN, None, r"no https address of waves_yesno\.tar\.gz is known; see https://www\.openslr\.org/1/, then give"),
        (OPEN, "/nowhere/at/all", "--mirror /nowhere/at/all: no file"),
    ],
)
def test_what_cannot_be_downloaded_is_a_usage_error(
    corpus: Corpus, mirror: str | None, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=reason):
        obtain_corpus(corpus, tmp_path, mirror)


def test_every_address_is_https() -> None:
    addresses = [archive.url for corpus in CORPORA.values() for archive in corpus.archives if archive.url]
    assert len(addresses) >= 4
    assert all(address.startswith("https://") for address in addresses)


def test_a_corpus_of_several_archives_is_whole_or_not_there(tmp_path: Path, yesno: Path) -> None:
    files = sorted((yesno / "waves_yesno").glob("*.wav"))
    host = tmp_path / "host"
    host.mkdir()
    for name, some in (("a.tar.gz", files[:20]), ("b.tar.gz", files[20:])):
        with tarfile.open(host / name, "w:gz") as tar:
            for file in some:
                tar.add(file, f"waves_yesno/{file.name}")
    corpus = replace(OPEN, archives=(Archive(file="a.tar.gz", url=None), Archive(file="b.tar.gz", url=None)))
    whole = (host / "b.tar.gz").read_bytes()
    (host / "b.tar.gz").write_bytes(whole[:-100])
    with pytest.raises(CorpusError, match=r"b\.tar\.gz: cannot be unpacked"):
        obtain_corpus(corpus, tmp_path / "new", str(host))
    assert [path.name for path in (tmp_path / "new").iterdir()] == [".yesno.unpacking"]
    (host / "a.tar.gz").write_bytes(b"not looked at again")
    (host / "b.tar.gz").write_bytes(whole)
    folder = obtain_corpus(corpus, tmp_path / "new", str(host))
    assert sorted(path.name for path in folder.iterdir()) == [file.name for file in files]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["waves_yesno"]


def test_a_mirror_in_a_folder_may_hold_another_archive_of_the_corpus(tmp_path: Path, archive: Path) -> None:
    renamed = archive.rename(archive.with_name("other.tar.gz"))
    corpus = replace(OPEN, archives=(replace(OPEN.archives[0], instead=("other.tar.gz",)),))
    assert len(list(obtain_corpus(corpus, tmp_path / "new", str(renamed.parent)).glob("*.wav"))) == 60


def test_a_whole_download_that_was_not_unpacked_is_not_fetched_again(tmp_path: Path, archive: Path) -> None:
    waiting = tmp_path / "new" / "downloads" / "waves_yesno.tar.gz"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(archive.read_bytes())
    corpus = replace(OPEN, archives=(replace(OPEN.archives[0], url="https://localhost:9/f"),))
    assert len(list(obtain_corpus(corpus, tmp_path / "new").glob("*.wav"))) == 60
    assert not waiting.exists()


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    corpus = replace(OPEN, num_bytes=4_700_000, archives=(replace(OPEN.archives[0], url="https://localhost:9/f"),))
    with pytest.raises(DownloadError, match=r"^corpus yesno: needs about 0\.0094 GB, and .*new has 0\.0 GB free"):
        obtain_corpus(corpus, tmp_path / "new")
