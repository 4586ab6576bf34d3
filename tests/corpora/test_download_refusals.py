"""What `speechrnn prep NAME --download` refuses to unpack, of ours and of lhotse's corpora alike.

Every one ends with exit code 1, one line, nothing written outside, and nothing that is later taken for a corpus.
"""

import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from speechrnn.corpora import member_check, unpack
from tests.corpora.archives import Entry, hard_link, link, member, tar_up, zip_up
from tests.corpora.conftest import OpenHost
from tests.corpora.web_host import FOLDERS, NAMES
from tests.file_server import Served


@pytest.mark.parametrize(
    "evil",
    [
        member("{top}/../../outside.txt"),
        member("/outside.txt"),
        link("{top}/l", "../../outside.txt"),
        hard_link("{top}/l", "../outside.txt"),
        member("{top}/pipe", kind=tarfile.FIFOTYPE),
        member("{top}/disk", kind=tarfile.BLKTYPE),
        member("{top}/good.txt", b"other"),
        member("{top}/large.wav", bytes(3 << 20)),
    ],
    ids=["up", "absolute", "link", "hard link", "pipe", "device", "twice", "bomb"],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_malicious_archive_is_refused(
    name: str, evil: Entry, open_host: OpenHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
def test_two_names_that_the_disk_takes_for_one_are_refused(
    name: str, open_host: OpenHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "name_form", lambda _: str.casefold)
    host = open_host(name)
    served = list(host.files.values())[-1]
    pair = member(f"{FOLDERS[name]}/a.wav"), member(f"{FOLDERS[name]}/A.wav", b"other")
    served.content = tar_up(tmp_path / "evil.tar.gz", *pair).read_bytes()
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "refused, its member" in lines[0]
    assert "is the same file as" in lines[0]
    assert not list(host.data.rglob("[aA].wav"))
    assert not host.is_a_corpus()


@pytest.mark.filterwarnings("ignore:Duplicate name")  # one of them has two members of one name
@pytest.mark.parametrize(
    ("files", "links"),
    [
        (["{top}/../../outside.txt"], {}),
        (["/outside.txt"], {}),
        (["..\\..\\outside.txt"], {}),
        (["{top}/a.wav", "{top}/./a.wav"], {}),
        ([], {"{top}/l": "../../outside.txt"}),
    ],
    ids=["up", "absolute", "backslash", "twice", "link"],
)
@pytest.mark.parametrize(("name", "file", "top"), [("fsdd", "", FOLDERS["fsdd"]), ("adept", "ADEPT.zip", "ADEPT")])
def test_a_malicious_zip_is_refused(
    name: str,
    file: str,
    top: str,
    files: list[str],
    links: dict[str, str],
    open_host: OpenHost,
    tmp_path: Path,
) -> None:
    host = replace(open_host("fsdd"), name=name)
    archive = zip_up(
        tmp_path / "evil.zip",
        {f"{top}/good.wav": b"data"} | {each.format(top=top): b"data" for each in files},
        {each.format(top=top): target for each, target in links.items()},
    )
    host.files[file or next(iter(host.files))] = Served(archive.read_bytes())
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "refused, its member" in lines[0]
    assert not list(tmp_path.rglob("outside.txt"))
    assert not list(host.data.rglob("*.wav"))
    assert not host.is_a_corpus()
