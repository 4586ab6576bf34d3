"""Public corpora fetched by lhotse's own functions, over our own way of fetching, from this machine."""

import io
import shutil
import tarfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from lhotse import recipes

from speechrnn.corpora import bring, room
from speechrnn.corpora.bridge import obtain as bridge_obtain
from speechrnn.corpora.obtain import obtain_corpus
from speechrnn.corpora.registry import find_corpus
from speechrnn.errors import CorpusError, DownloadError, UsageError
from speechrnn.progress import silent
from speechrnn.recipe import CorpusConfig
from tests.corpora.hosts.every import HOSTS
from tests.loopback import serving

PARTS = ("train-clean-5", "dev-clean-2")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder with the archives of Mini LibriSpeech, as OpenSLR publishes them."""
    return HOSTS["mini_librispeech"].publish(tmp_path / "source", tmp_path / "host")


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

    monkeypatch.setattr(bring, "fetch", note)
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


def test_a_corpus_that_cannot_be_fetched_says_how_to_get_it(data: Path) -> None:
    with pytest.raises(UsageError, match=r"^corpus switchboard: is not downloaded; get it from https://catalog\.ldc"):
        obtain("switchboard", data)


def test_a_mirror_is_of_no_use_where_lhotse_fetches_in_its_own_way(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(recipes.ljspeech, "resumable_download")
    with pytest.raises(UsageError, match=r"^corpus ljspeech: lhotse fetches it in its own way, --mirror /m is of no"):
        obtain("ljspeech", data, "/m")
