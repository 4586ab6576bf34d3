"""What `speechrnn prep NAME --download` promises of a host that misbehaves, of ours and of lhotse's corpora alike.

Each fault ends with exit code 1, one line, and nothing that a later `speechrnn prep NAME` takes for a corpus.
"""

import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from speechrnn import download
from speechrnn.corpora import member_check
from tests.corpora.archives import Entry, hard_link, link, member, tar_up
from tests.corpora.conftest import Run
from tests.corpora.hosts.every import HOSTS
from tests.file_server import Served, serve_files

NAMES = "fsdd", "mini_librispeech"
FOLDERS = {"fsdd": "free-spoken-digit-dataset-master", "mini_librispeech": "LibriSpeech", "yesno": "waves_yesno"}


@dataclass
class Host:
    """A corpus on a web server of this machine, and the folder it is fetched to."""

    name: str
    files: dict[str, Served]
    address: str
    data: Path
    run: Run

    def download(self) -> tuple[int, list[str]]:
        """Fetch it; returns the exit code and the lines on stderr, without what is said before the download."""
        code, lines = self.run("prep", self.name, "--data", self.data, "--download", "--mirror", self.address)
        assert lines[0].startswith(f"licence of {self.name}: ")
        return code, lines[1:]

    @property
    def asked(self) -> list[str | None]:
        """The `Range` of every request."""
        return [wanted for served in self.files.values() for wanted in served.requested]

    def is_a_corpus(self) -> bool:
        """Tell whether anything would now prepare or train on what is there."""
        code, lines = self.run("prep", self.name, "--data", self.data)
        assert len(lines) == code
        return code == 0


@pytest.fixture
def open_host(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Host]]:
    """Serve a corpus until the test ends."""
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
    files: dict[str, Served] = {}
    with serve_files(files) as address:

        def open_it(name: str) -> Host:
            folder = HOSTS[name].publish(tmp_path / "source", tmp_path / "host")
            files.update({path.name: Served(path.read_bytes()) for path in folder.iterdir()})
            return Host(name, files, address, tmp_path / "data", run)

        yield open_it


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_connection_is_resumed_within_one_run(name: str, open_host: Callable[[str], Host]) -> None:
    host = open_host(name)
    for served in host.files.values():
        served.cuts, served.cut_after = 2, len(served.content) // 4
    assert host.download() == (0, [f"corpus in {host.data / FOLDERS[name]}"])
    for served in host.files.values():
        quarter = len(served.content) // 4
        assert served.requested == [None, f"bytes={quarter}-", f"bytes={2 * quarter}-"]
    assert host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_connection_that_stays_cut_is_resumed_by_the_next_run(name: str, open_host: Callable[[str], Host]) -> None:
    host = open_host(name)
    for served in host.files.values():
        served.cuts, served.cut_after = 5, 100
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].endswith("gave up after 5 attempts (the connection ended early); run it again to go on from here")
    assert not host.is_a_corpus()
    for served in host.files.values():
        served.cuts = 0
    assert host.download()[0] == 0
    assert "bytes=500-" in host.asked
    assert host.is_a_corpus()


def test_a_wrong_checksum_is_refused(open_host: Callable[[str], Host]) -> None:
    host = open_host("yesno")  # in miniature it is not the archive whose checksum OpenSLR publishes
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "SHA-256 is " in lines[0]
    assert lines[0].endswith(" was published; do not use it")
    assert [path.name for path in host.data.rglob("*")] == ["downloads"]
    assert not host.is_a_corpus()


@pytest.mark.parametrize(
    "evil",
    [
        member("{top}/../../outside.txt"),
        member("/outside.txt"),
        link("{top}/l", "../../outside.txt"),
        hard_link("{top}/l", "../outside.txt"),
        member("{top}/pipe", kind=tarfile.FIFOTYPE),
        member("{top}/good.txt", b"other"),
        member("{top}/large.wav", bytes(3 << 20)),
    ],
    ids=["up", "absolute", "link", "hard link", "pipe", "twice", "bomb"],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_malicious_archive_is_refused(
    name: str, evil: Entry, open_host: Callable[[str], Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_check, "HARMLESS_BYTES", 2 << 20)
    host = open_host(name)
    file, served = list(host.files.items())[-1]
    good, info = served.content, tarfile.TarInfo(evil[0].name.format(top=FOLDERS[name]))
    info.type, info.linkname, info.size = evil[0].type, evil[0].linkname, evil[0].size
    inside = member(f"{FOLDERS[name]}/good.txt")
    served.content = tar_up(tmp_path / "evil.tar.gz", inside, (info, evil[1])).read_bytes()
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("error: ")
    assert "refused" in lines[0] or "Traversal" in lines[0]
    assert not list(tmp_path.rglob("outside.txt"))
    assert not list(host.data.rglob(file))
    assert not host.is_a_corpus()
    served.content = good
    assert host.download()[0] == 0
    assert host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_said_before_anything_is_asked_for(
    name: str, open_host: Callable[[str], Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    host = open_host(name)
    usage = shutil.disk_usage("/")._replace(free=1000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage)
        code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"error: corpus {name}: needs about ")
    assert host.asked == []
    assert not host.is_a_corpus()
    assert host.download()[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_asked_of_any_host_without_download(name: str, open_host: Callable[[str], Host]) -> None:
    host = open_host(name)
    assert not host.is_a_corpus()
    code, lines = host.run("prep", name, "--data", host.data, "--mirror", host.address)
    assert (code, len(lines)) == (2, 1)
    assert host.asked == []


@pytest.mark.parametrize("name", NAMES)
def test_only_https_or_this_machine_is_asked(name: str, open_host: Callable[[str], Host]) -> None:
    host = open_host(name)
    for served in host.files.values():
        served.redirect = "http://example.org/file.tar.gz"
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "http://example.org/file.tar.gz: wanted an https address" in lines[0]
    host.address = "http://example.org"
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "http://example.org/" in lines[0]
    assert "wanted an https address" in lines[0]
    assert not host.is_a_corpus()
