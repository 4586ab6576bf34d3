import errno
import tarfile
import zipfile
from pathlib import Path

import pytest

from speechrnn.corpora import member_check
from speechrnn.corpora import unpack as unpack_file
from speechrnn.corpora.unpack import unpack
from speechrnn.errors import CorpusError, DownloadError
from tests.corpora.archives import Entry, hard_link, link, member, tar_up, zip_up


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where to unpack; only its parent is there."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "new"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive_is_unpacked_however_it_is_compressed(tmp_path: Path, folder: Path, mode: str) -> None:
    entries = member("corpus/sub/a.wav"), member("corpus/b.txt", b"two"), link("corpus/l", "sub/a.wav")
    steps: list[tuple[str, int, int]] = []
    archive = tar_up(tmp_path / "a", *entries, hard_link("corpus/h", "corpus/b.txt"), mode=mode)
    unpack(archive, folder, lambda *step: steps.append(step))
    assert (folder / "corpus" / "sub" / "a.wav").read_bytes() == b"data"
    assert (folder / "corpus" / "l").read_bytes() == b"data"
    assert (folder / "corpus" / "h").read_bytes() == b"two"
    assert [path.name for path in folder.parent.iterdir()] == ["new"]
    assert steps[-1] == ("unpacking", 7, 7)


def test_a_zip_archive_is_unpacked_like_a_tar(tmp_path: Path, folder: Path) -> None:
    archive = zip_up(tmp_path / "a.tar.gz", {"corpus/": b"", "corpus/sub/a.wav": b"data", "corpus/b.txt": b"two"})
    unpack(archive, folder)
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == {"corpus/sub/a.wav": b"data", "corpus/b.txt": b"two"}


def test_a_tar_that_ends_with_a_zip_is_a_tar(tmp_path: Path, folder: Path) -> None:
    inner = zip_up(tmp_path / "inner.zip", {"b.wav": b"inner"}).read_bytes()
    unpack(tar_up(tmp_path / "a.tar", member("corpus/inner.zip", inner), mode="w"), folder)
    assert (folder / "corpus" / "inner.zip").read_bytes() == inner


@pytest.mark.parametrize(
    ("evil", "reason"),
    [
        ((member("corpus/../../outside.txt"),), r"its member 'corpus/\.\./\.\./outside\.txt' leaves the folder"),
        ((member("/etc/outside.txt"),), "its member '/etc/outside.txt' leaves the folder"),
        ((link("corpus/l", "../../outside.txt"),), r"its member 'corpus/l' links out of the folder"),
        ((member("corpus/a.wav"), member("corpus/./a.wav", b"two")), r"its member 'corpus/\./a\.wav' comes twice"),
        ((member("corpus/pipe", kind=tarfile.FIFOTYPE),), "its member 'corpus/pipe' is a device"),
    ],
)
def test_a_malicious_tar_is_refused_and_leaves_nothing(
    tmp_path: Path, folder: Path, evil: tuple[Entry, ...], reason: str
) -> None:
    archive = tar_up(tmp_path / "evil.tar.gz", member("corpus/good.wav"), *evil)
    with pytest.raises(CorpusError, match=rf"evil\.tar\.gz: refused, {reason}.*; get the archive from its publisher$"):
        unpack(archive, folder)
    assert list(folder.parent.iterdir()) == []
    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize(
    ("files", "links", "reason"),
    [
        ({"corpus/../../outside.txt": b"x"}, {}, "leaves the folder"),
        ({"..\\..\\outside.txt": b"x"}, {}, "leaves the folder"),
        ({"corpus/a.wav": b"x"}, {"corpus/l": "../../outside.txt"}, "is a device, a pipe or a link"),
    ],
)
def test_a_malicious_zip_is_refused_and_leaves_nothing(
    tmp_path: Path, folder: Path, files: dict[str, bytes], links: dict[str, str], reason: str
) -> None:
    with pytest.raises(CorpusError, match=rf"evil\.zip: refused, its member .* {reason}"):
        unpack(zip_up(tmp_path / "evil.zip", files, links), folder)
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_an_archive_that_grows_a_hundred_times_is_refused_before_it_is_written(
    tmp_path: Path, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member_check, "HARMLESS_BYTES", 1 << 20)
    content = {"corpus/a.wav": bytes(7 << 20)}
    archive = tmp_path / "bomb"
    if kind == "zip":
        zip_up(archive, content)
    else:
        tar_up(archive, member("corpus/a.wav", content["corpus/a.wav"]))
    monkeypatch.setattr(unpack_file, "_extract", lambda *_: pytest.fail("something was written"))
    with pytest.raises(CorpusError, match=r"bomb: refused, its 0\.0 MB would become 7\.3 MB or more, and no more than"):
        unpack(archive, folder)
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("kept", [0, 10, 100])
def test_a_truncated_archive_is_an_error_and_leaves_nothing(tmp_path: Path, folder: Path, kept: int) -> None:
    for archive in (
        tar_up(tmp_path / "a.tar.gz", member("corpus/a.wav", bytes(100_000))),
        zip_up(tmp_path / "a.zip", {"corpus/a.wav": bytes(100_000)}),
    ):
        archive.write_bytes(archive.read_bytes()[:kept])
        with pytest.raises(CorpusError, match=r"a\.(tar\.gz|zip): cannot be unpacked \(.*\); get it again"):
            unpack(archive, folder)
        assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("suffix", ["tar.gz", "zip"])
def test_one_damaged_byte_is_found(tmp_path: Path, folder: Path, suffix: str) -> None:
    archive = tmp_path / f"a.{suffix}"
    content = bytes(range(256)) * 50
    if suffix == "zip":
        zip_up(archive, {"corpus/a.wav": content})
    else:
        tar_up(archive, member("corpus/a.wav", content))
    packed = bytearray(archive.read_bytes())
    packed[len(packed) // 2] ^= 0xFF
    archive.write_bytes(packed)
    with pytest.raises(CorpusError, match="cannot be unpacked"):
        unpack(archive, folder)
    assert list(folder.parent.iterdir()) == []


def test_a_zip_with_a_password_is_an_error(tmp_path: Path, folder: Path) -> None:
    archive = zip_up(tmp_path / "a.zip", {"corpus/a.wav": b"data"})
    packed = bytearray(archive.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(magic) + offset] |= 1  # the flag for encryption
    archive.write_bytes(packed)
    with pytest.raises(CorpusError, match=r"a\.zip: cannot be unpacked \(.*password"):
        unpack(archive, folder)


def test_what_a_killed_process_left_is_begun_anew(tmp_path: Path, folder: Path) -> None:
    (folder.parent / "new.partial" / "corpus").mkdir(parents=True)
    (folder.parent / "new.partial" / "corpus" / "half.wav").write_bytes(b"da")
    unpack(tar_up(tmp_path / "a.tar", member("corpus/a.wav")), folder)
    assert [path.name for path in folder.parent.iterdir()] == ["new"]
    assert [path.name for path in (folder / "corpus").iterdir()] == ["a.wav"]


@pytest.mark.parametrize("suffix", ["tar", "zip"])
def test_a_disk_that_fills_on_the_way_is_not_the_archives_fault(
    tmp_path: Path, folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for kind in (tarfile.TarFile, zipfile.ZipFile):
        monkeypatch.setattr(kind, "extract", fill)
    archive = tmp_path / f"a.{suffix}"
    if suffix == "zip":
        zip_up(archive, {"corpus/a.wav": b"data"})
    else:
        tar_up(archive, member("corpus/a.wav"))
    with pytest.raises(DownloadError, match=r"the disk filled while it was unpacked; make room"):
        unpack(archive, folder)
    assert list(folder.parent.iterdir()) == []


def test_an_archive_that_is_not_there_is_an_error(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.tar: cannot be unpacked \(.*No such file"):
        unpack(tmp_path / "none.tar", folder)
