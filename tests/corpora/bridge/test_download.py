"""Public corpora fetched by lhotse's own functions, over our own way of fetching, from this machine."""

import io
import shutil
import tarfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from speechrnn.corpora import room
from speechrnn.corpora.bridge import download as bridge_download
from speechrnn.corpora.bridge import obtain as bridge_obtain
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, DownloadError, UsageError
from speechrnn.progress import silent
from speechrnn.recipe import CorpusConfig
from tests.corpora.bridge.layouts import librispeech, ljspeech, speech_commands, voxpopuli
from tests.loopback import serving

PARTS = ("train-clean-5", "dev-clean-2")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder with the archives of Mini LibriSpeech, as OpenSLR publishes them."""
    source, folder = librispeech(tmp_path / "source"), tmp_path / "host"
    folder.mkdir()
    for part in PARTS:
        with tarfile.open(folder / f"{part}.tar.gz", "w:gz") as archive:
            archive.add(source / part, f"LibriSpeech/{part}")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def obtain(name: str, data: Path, mirror: object = None, **settings: Any) -> Path:
    config = CorpusConfig(name=name, **settings)
    return obtain_corpus(find_corpus(name), data, None if mirror is None else str(mirror), silent, config)


def handing_out(folder: Path, asked: list[str]) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer with the files of a folder, and keep their names."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path.rsplit("/", 1)[-1])
        content = (folder / asked[-1]).read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


def sounds(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.flac"))


def test_what_a_host_publishes_is_unpacked_and_ready(host: Path, data: Path, tmp_path: Path) -> None:
    asked: list[str] = []
    with serving(handing_out(host, asked)) as address:
        folder = obtain("mini_librispeech", data, f"{address}/resources/31")
    assert folder == data / "LibriSpeech"
    assert sorted(asked) == ["dev-clean-2.tar.gz", "train-clean-5.tar.gz"]
    wanted = [name for name in sounds(tmp_path / "source") if name.startswith(PARTS)]
    assert sounds(folder) == wanted
    assert len(wanted) == 9
    assert [path.name for path in data.iterdir()] == ["LibriSpeech"]  # archives are gone once they are unpacked


def test_a_folder_is_a_mirror_too_and_is_left_as_it_was(host: Path, data: Path) -> None:
    before = {path.name: path.stat().st_size for path in host.iterdir()}
    obtain("mini_librispeech", data, host)
    assert {path.name: path.stat().st_size for path in host.iterdir()} == before
    assert len(sounds(data / "LibriSpeech")) == 9


def test_what_is_there_is_not_fetched_again(host: Path, data: Path) -> None:
    obtain("mini_librispeech", data, host)
    shutil.rmtree(host)
    assert obtain("mini_librispeech", data, host) == data / "LibriSpeech"


def test_a_part_the_user_brought_is_kept_and_only_the_other_fetched(host: Path, data: Path, tmp_path: Path) -> None:
    own = data / "LibriSpeech" / "train-clean-5"
    shutil.copytree(tmp_path / "source" / "train-clean-5", own)
    (own / "mine.txt").write_text("kept")
    asked: list[str] = []
    with serving(handing_out(host, asked)) as address:
        obtain("mini_librispeech", data, address)
    assert asked == ["dev-clean-2.tar.gz"]
    assert (own / "mine.txt").read_text() == "kept"


def test_a_download_that_broke_off_is_finished(host: Path, data: Path) -> None:
    away = host / "dev-clean-2.tar.gz"
    content = away.read_bytes()
    away.unlink()
    with pytest.raises(UsageError, match=r"no file .*dev-clean-2\.tar\.gz"):
        obtain("mini_librispeech", data, host)
    away.write_bytes(content)
    for folder in data.glob("LibriSpeech/*"):
        (folder / ".completed").unlink(missing_ok=True)  # as if it had stopped while unpacking
    obtain("mini_librispeech", data, host)
    assert len(sounds(data / "LibriSpeech")) == 9
    assert not list(data.glob(".*unfinished*"))


def test_parts_choose_what_is_fetched(host: Path, data: Path) -> None:
    asked: list[str] = []
    with serving(handing_out(host, asked)) as address:
        obtain("librispeech", data, address, parts=("dev-clean-2",))
    assert asked == ["dev-clean-2.tar.gz"]


def test_lhotses_plain_http_becomes_https(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(url: str, *_: object) -> None:
        asked.append(url)
        raise DownloadError(f"{url}: noted")

    monkeypatch.setattr(bridge_download, "fetch", note)
    monkeypatch.setattr(bridge_obtain, "check_room", lambda *_: None)
    for name in ("ljspeech", "mini_librispeech", "speech_commands", "tedlium3"):
        with pytest.raises(DownloadError, match="noted"):
            obtain(name, data)
    assert len(asked) == 4
    assert all(url.startswith("https://") for url in asked)


def test_an_archive_that_reaches_out_of_its_folder_is_refused(host: Path, data: Path) -> None:
    for part in PARTS:
        with tarfile.open(host / f"{part}.tar.gz", "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("../outside.txt"), io.BytesIO())
    with pytest.raises(CorpusError, match=r"^corpus mini_librispeech: lhotse's download_librispeech failed"):
        obtain("mini_librispeech", data, host)
    assert not (data.parent / "outside.txt").exists()


def test_an_archive_lhotse_unpacks_carelessly_is_refused_all_the_same(data: Path, tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.mkdir()
    with tarfile.open(host / "speech_commands_v0.02.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../../../outside.txt"), io.BytesIO())
    with pytest.raises(CorpusError, match=r"speech_commands_v0\.02\.tar\.gz: refused, its member .*leaves the folder"):
        obtain("speech_commands", data, host)
    assert not (tmp_path / "outside.txt").exists()


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(data.parent)._replace(free=1_000_000)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DownloadError, match=r"^corpus librispeech: needs about 120 GB, and .* has 0\.0 GB free"):
        obtain("librispeech", data)


def test_files_lhotse_leaves_out_are_fetched_with_the_rest(data: Path, tmp_path: Path) -> None:
    source, host = voxpopuli(tmp_path / "source"), tmp_path / "host"
    host.mkdir()
    shutil.copy(source / "asr_en.tsv.gz", host)
    for year in range(2009, 2021):
        with tarfile.open(host / f"original_{year}.tar", "w") as archive:
            for file in sorted((source / "raw_audios" / "en" / "2020").iterdir()) if year == 2020 else ():
                archive.add(file, f"original/2020/{file.name.replace('_en', '_original')}")
    folder = obtain("voxpopuli", data, host, language="en")
    assert (folder / "asr_en.tsv.gz").read_bytes() == (source / "asr_en.tsv.gz").read_bytes()
    config = CorpusConfig(name="voxpopuli", language="en")
    found = find_corpus("voxpopuli").list_utterances(folder, config).utterances
    assert [(item.split, item.text) for item in found if isinstance(item, Utterance)] == [
        (split, "thank you") for split in ("dev", "test", "train")
    ]


@pytest.mark.parametrize(("name", "make", "inside"), [("ljspeech", ljspeech, "tar.bz2"), ("speech_commands", None, "")])
def test_each_host_has_its_own_kind_of_archive(
    name: str, make: Callable[[Path], Path] | None, inside: str, data: Path, tmp_path: Path
) -> None:
    host = tmp_path / "host"
    host.mkdir()
    if make is not None:
        with tarfile.open(host / f"LJSpeech-1.1.{inside}", "w:bz2") as archive:
            archive.add(make(tmp_path / "source"), "LJSpeech-1.1")
    else:
        for part in speech_commands(tmp_path / "source").iterdir():
            with tarfile.open(host / f"{part.name}.tar.gz", "w:gz") as archive:
                archive.add(part, ".")
    folder = obtain(name, data, host)
    assert find_corpus(name).list_utterances(folder, CorpusConfig(name=name)).num_utterances


def test_a_corpus_that_cannot_be_fetched_says_how_to_get_it(data: Path) -> None:
    with pytest.raises(UsageError, match=r"^corpus switchboard: is not downloaded; get it from https://catalog\.ldc"):
        obtain("switchboard", data)


def test_a_mirror_is_of_no_use_where_lhotse_fetches_in_its_own_way(data: Path) -> None:
    with pytest.raises(UsageError, match=r"^corpus fleurs: lhotse fetches it in its own way, --mirror /m is of no use"):
        obtain("fleurs", data, "/m", language="sw")
