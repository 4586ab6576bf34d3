"""What `speechrnn prep NAME --download` promises of a host that misbehaves, of ours and of lhotse's corpora alike.

Each fault ends with exit code 1, one line, and nothing that a later `speechrnn prep NAME` takes for a corpus.
"""

import errno
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from speechrnn.corpora import registry
from tests.corpora.conftest import OpenHost
from tests.corpora.web_host import FOLDERS, NAMES
from tests.small_disk import SmallDisk


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_connection_is_resumed_within_one_run(name: str, open_host: OpenHost) -> None:
    host = open_host(name)
    for served in host.files.values():
        served.cuts, served.cut_after = 2, len(served.content) // 4
    assert host.download() == (0, [f"corpus in {host.data / FOLDERS[name]}"])
    for served in host.files.values():
        quarter = len(served.content) // 4
        assert served.requested == [None, f"bytes={quarter}-", f"bytes={2 * quarter}-"]
    assert host.is_whole()
    assert host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_connection_that_stays_cut_is_resumed_by_the_next_run(name: str, open_host: OpenHost) -> None:
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
    assert host.is_whole()
    assert host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_host_that_sends_no_parts_sends_the_whole_again(name: str, open_host: OpenHost) -> None:
    host = open_host(name)
    for served in host.files.values():
        served.ranges, served.cuts, served.cut_after = False, 1, len(served.content) // 2
    assert host.download()[0] == 0
    assert all(len(served.requested) == 2 for served in host.files.values())
    assert host.is_whole()


def test_a_wrong_size_is_refused(open_host: OpenHost, monkeypatch: pytest.MonkeyPatch) -> None:
    host, corpus = open_host("fsdd"), registry.CORPORA["fsdd"]
    (served,) = host.files.values()
    sized = tuple(replace(archive, num_bytes=len(served.content) + 1) for archive in corpus.archives)
    monkeypatch.setattr(registry, "CORPORA", {**registry.CORPORA, "fsdd": replace(corpus, archives=sized)})
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert f"{len(served.content)} bytes came where {len(served.content) + 1} were published" in lines[0]
    assert [path.name for path in host.data.rglob("*")] == ["downloads"]
    assert not host.is_a_corpus()


def test_a_wrong_checksum_is_refused(open_host: OpenHost) -> None:
    host = open_host("yesno")  # in miniature it is not the archive whose checksum OpenSLR publishes
    code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert "SHA-256 is " in lines[0]
    assert lines[0].endswith(" was published; do not use it")
    assert [path.name for path in host.data.rglob("*")] == ["downloads"]
    assert not host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_fills_while_a_file_comes_is_said_at_once_and_gone_on_from_when_there_is_room(
    name: str, open_host: OpenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = open_host(name)
    with monkeypatch.context() as patch:
        SmallDisk(room_bytes=1000).install(patch)
        code, lines = host.download()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].endswith("the disk filled while it was downloaded; make room and run it again to go on from here")
    assert host.asked == [None]
    assert not host.is_a_corpus()
    (begun,) = [served for served in host.files.values() if served.requested]
    assert host.download()[0] == 0
    assert begun.requested == [None, "bytes=1000-"]
    assert host.is_whole()


@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 1, "the disk filled while it was unpacked; make room"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
    ids=["full disk", "stopped"],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_was_half_unpacked_is_no_corpus_and_is_finished_without_another_download(
    name: str,
    fault: BaseException,
    code: int,
    message: str,
    open_host: OpenHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host, make_file, made = open_host(name), tarfile.TarFile.makefile, 0

    def make_three(*args: Any) -> None:
        nonlocal made
        if made == 3:
            raise fault
        made += 1
        make_file(*args)

    with monkeypatch.context() as patch:
        patch.setattr(tarfile.TarFile, "makefile", make_three)
        ended, lines = host.download()
    assert (made, ended, len(lines)) == (3, code, 1)
    assert message in lines[0]
    assert not host.is_a_corpus()
    assert host.download()[0] == 0
    assert all(served.requested == [None] for served in host.files.values())
    assert host.is_whole()
    assert host.is_a_corpus()


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_said_before_anything_is_asked_for(
    name: str, open_host: OpenHost, monkeypatch: pytest.MonkeyPatch
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
def test_nothing_is_asked_of_any_host_without_download(
    name: str, open_host: OpenHost, no_network: Callable[[], None]
) -> None:
    host = open_host(name)
    no_network()
    assert not host.is_a_corpus()
    code, lines = host.run("prep", name, "--data", host.data, "--mirror", host.address)
    assert (code, len(lines)) == (2, 1)
    assert host.asked == []


@pytest.mark.parametrize("name", NAMES)
def test_only_https_or_this_machine_is_asked(name: str, open_host: OpenHost) -> None:
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
