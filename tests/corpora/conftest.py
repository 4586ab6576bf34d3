"""Miniature corpora in the layout of their hosts, and the real ones where they are shared."""

import os
import socket
import sys
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn import download
from speechrnn.cli import app
from tests.corpora.hosts.every import HOSTS
from tests.corpora.web_host import WebHost
from tests.file_server import Served, serve_files

WriteWav = Callable[..., Path]
Run = Callable[..., tuple[int, list[str]]]
OpenHost = Callable[[str], WebHost]

YESNO_FILES = 60
REAL = {"fsdd": "free-spoken-digit-dataset.tar.gz", "yesno": "waves_yesno.tar.gz", "an4": "an4_mfc_train.tar.gz"}


@pytest.fixture
def write_wav() -> WriteWav:
    """Write noise of a given length, whose first samples differ from file to file."""

    def write(path: Path, seconds: float = 0.1, rate: int = 8000, num_channels: int = 1) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(zlib.crc32(path.name.encode()))
        soundfile.write(path, rng.uniform(-0.1, 0.1, (round(seconds * rate), num_channels)), rate, subtype="PCM_16")
        return path

    return write


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `speechrnn ...` in this process; returns exit code and the lines on stderr."""

    def run_command(*words: object) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["speechrnn", *map(str, words)])
        with pytest.raises(SystemExit, match=r"^([012]|130)$") as ended:
            app.main()
        return int(ended.value.code or 0), capsys.readouterr().err.splitlines()

    return run_command


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forbid every socket from the call on."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was asked for")

    return lambda: monkeypatch.setattr(socket, "socket", refuse)


@pytest.fixture
def fsdd(tmp_path: Path, write_wav: WriteWav) -> Path:
    """Two digits, three speakers, takes 0 to 11; returns the data folder."""
    for digit in (3, 7):
        for speaker in ("ann", "bob", "cy"):
            for take in range(12):
                write_wav(
                    tmp_path / "free-spoken-digit-dataset-master" / "recordings" / f"{digit}_{speaker}_{take}.wav"
                )
    return tmp_path


@pytest.fixture
def yesno(tmp_path: Path, write_wav: WriteWav) -> Path:
    """Sixty files of eight words; returns the data folder."""
    for number in range(YESNO_FILES):
        write_wav(tmp_path / "waves_yesno" / ("_".join(f"{number * 4:08b}") + ".wav"))
    (tmp_path / "waves_yesno" / "README").write_text("not a recording")
    return tmp_path


@pytest.fixture
def shared_archives() -> Path:
    """The folder of shared speech; skips where it is not."""
    root = Path(os.environ.get("SPEECHRNN_SHARED") or Path(__file__).parents[3] / "shared")
    if not (root / "data" / "unpack").exists():
        pytest.skip("no shared speech: neither $SPEECHRNN_SHARED nor ../shared holds data/unpack")
    return root / "data"


@pytest.fixture
def real_data(shared_archives: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Unpack a shared corpus; returns the data folder."""

    def unpack(name: str) -> Path:
        with tarfile.open(shared_archives / REAL[name]) as archive:
            archive.extractall(tmp_path, filter="data")
        return tmp_path

    return unpack


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a folder with a corpus in miniature as its host has it, `unpacked` and in `files`, to read only."""

    @cache
    def publish(key: str) -> Path:
        root = tmp_path_factory.mktemp("host")
        HOSTS[key].publish(root / "unpacked", root / "files")
        return root

    return publish


@pytest.fixture
def open_host(
    tmp_path: Path, run: Run, published: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenHost]:
    """Serve a corpus until the test ends."""
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
    files: dict[str, Served] = {}
    with serve_files(files) as address:

        def open_it(name: str) -> WebHost:
            root = published(name)
            files.update({path.name: Served(path.read_bytes()) for path in (root / "files").iterdir()})
            return WebHost(name, files, address, root / "unpacked", tmp_path / "data", run)

        yield open_it
