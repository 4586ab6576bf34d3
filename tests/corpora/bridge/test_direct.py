"""Corpora that lhotse prepares and cannot fetch: from addresses of the catalogue, a folder at a time."""

from pathlib import Path

import pytest

from speechrnn import download
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, DownloadError, UsageError
from speechrnn.progress import silent
from speechrnn.recipe import CorpusConfig
from tests.corpora.archives import member, tar_up
from tests.corpora.hosts.every import HOSTS
from tests.file_server import Served, serve_files


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)


def obtain(name: str, data: Path, mirror: object, language: str | None) -> Path:
    return obtain_corpus(find_corpus(name), data, str(mirror), silent, CorpusConfig(name=name, language=language))


def test_a_language_comes_beside_one_that_is_there(tmp_path: Path) -> None:
    host, data = HOSTS["mls"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    folder = obtain("mls", data, host, "pl")
    assert [path.name for path in folder.iterdir()] == ["mls_polish_opus"]
    (host / "mls_polish_opus.tar.gz").unlink()
    obtain("mls", data, host, "pl")
    obtain("mls", data, host, "pt")
    assert sorted(path.name for path in folder.iterdir()) == ["mls_polish_opus", "mls_portuguese_opus"]


def test_the_only_language_there_need_not_be_named_again(tmp_path: Path) -> None:
    host, data = HOSTS["mls"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    with pytest.raises(UsageError, match=r"^corpus mls: which language\? Give language=TAG, of en, de"):
        obtain("mls", data, host, None)
    assert obtain("mls", data, host, "pl") == obtain("mls", data, host, None)


def test_what_broke_off_is_finished_and_what_is_whole_is_not_asked_for_again(tmp_path: Path) -> None:
    host, data = HOSTS["fleurs"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    files = {path.relative_to(host).as_posix(): Served(path.read_bytes()) for path in host.rglob("*") if path.is_file()}
    broken = files["data/sw_ke/audio/dev.tar.gz"]
    broken.cuts, broken.cut_after = 5, 100
    with serve_files(files) as address:
        with pytest.raises(DownloadError, match=r"dev\.tar\.gz: gave up after 5 attempts"):
            obtain("fleurs", data, address, "sw")
        with pytest.raises(CorpusError, match="lhotse's prepare_fleurs failed"):
            find_corpus("fleurs").list_utterances(data / "fleurs", CorpusConfig(name="fleurs", language="sw"))
        folder = obtain("fleurs", data, address, "sw")
        obtain("fleurs", data, address, "sw")
    assert {name: len(served.requested) for name, served in files.items()} == dict.fromkeys(files, 1) | {
        "data/sw_ke/audio/dev.tar.gz": 6
    }
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    unpacked = tmp_path / "u"
    assert there == {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.*")}


@pytest.mark.parametrize(
    ("name", "reason"), [("dev/../../../x", "refused, its member .* leaves"), ("other/a.wav", "holds no folder dev")]
)
def test_an_archive_that_is_unsafe_or_of_something_else_is_refused_and_gone(
    name: str, reason: str, tmp_path: Path
) -> None:
    host, data = HOSTS["fleurs"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    files = {path.relative_to(host).as_posix(): Served(path.read_bytes()) for path in host.rglob("*") if path.is_file()}
    evil = tar_up(tmp_path / "evil.tar.gz", member(name))
    files["data/sw_ke/audio/dev.tar.gz"].content = evil.read_bytes()
    with serve_files(files) as address, pytest.raises(CorpusError, match=rf"dev\.tar\.gz: {reason}"):
        obtain("fleurs", data, address, "sw")
    assert not list(data.rglob("*dev*.tar.gz*"))
    assert not list(data.rglob("dev"))


def test_a_folder_may_hold_the_files_side_by_side(tmp_path: Path) -> None:
    host, data = HOSTS["fleurs"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    for path in [path for path in host.rglob("*") if path.is_file()]:
        path.rename(host / path.name)
    assert len(list(obtain("fleurs", data, host, "sw").rglob("*.wav"))) == 4


def test_another_language_of_the_same_sound_fetches_only_what_is_its_own(tmp_path: Path) -> None:
    host, data = HOSTS["voxpopuli"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    obtain("voxpopuli", data, host, "en")
    for archive in host.rglob("*.tar"):
        archive.unlink()
    with pytest.raises(UsageError, match=r"no file .*asr_de\.tsv\.gz$"):
        obtain("voxpopuli", data, host, "de")
    tables = host / "annotations" / "asr"
    (tables / "asr_en.tsv.gz").rename(tables / "asr_de.tsv.gz")
    folder = obtain("voxpopuli", data, host, "de")
    assert obtain("voxpopuli", data, host, "en") == folder
    for language in ("en", "de"):
        found = find_corpus("voxpopuli").list_utterances(folder, CorpusConfig(name="voxpopuli", language=language))
        assert sorted(item.split for item in found.utterances if isinstance(item, Utterance)) == [
            "dev",
            "test",
            "train",
        ]


def test_of_a_folder_of_many_archives_those_that_are_unpacked_are_kept(tmp_path: Path) -> None:
    host, data = HOSTS["voxpopuli"].publish(tmp_path / "u", tmp_path / "host"), tmp_path / "data"
    files = {path.relative_to(host).as_posix(): Served(path.read_bytes()) for path in host.rglob("*") if path.is_file()}
    files["audios/original_2015.tar"].statuses = [404]
    with serve_files(files) as address:
        with pytest.raises(DownloadError, match=r"original_2015\.tar: the server says 404"):
            obtain("voxpopuli", data, address, "en")
        assert not (data / "voxpopuli" / "raw_audios" / "original").exists()
        folder = obtain("voxpopuli", data, address, "en")
    asked = {name: len(served.requested) for name, served in files.items()}
    assert asked == dict.fromkeys(files, 1) | {"audios/original_2015.tar": 2}
    assert len(list((folder / "raw_audios" / "original").rglob("*.ogg"))) == 14
