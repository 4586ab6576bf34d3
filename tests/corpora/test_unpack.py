import io
import tarfile
from pathlib import Path

import pytest

from speechrnn.corpora.unpack import unpack
from speechrnn.errors import CorpusError

FOLDERS = ("corpus", "corpus-*")


def member(
    name: str, content: bytes = b"data", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info, content


def pack(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_the_corpus_folder_is_unpacked_and_nothing_else_stays(tmp_path: Path, data_dir: Path) -> None:
    archive = pack(
        tmp_path / "a.tar.gz", member("corpus-1.0/sub/a.wav"), member("corpus-1.0/b.txt", b"two"), member("notes")
    )
    folder = unpack(archive, data_dir, FOLDERS)
    assert folder == data_dir / "corpus-1.0"
    assert (folder / "sub" / "a.wav").read_bytes() == b"data"
    assert (folder / "b.txt").read_bytes() == b"two"
    assert list(data_dir.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("evil", "reason"),
    [
        ((member("corpus/../../outside.txt"),), r"its member 'corpus/\.\./\.\./outside\.txt' leaves the folder"),
        ((member("/etc/outside.txt"),), "its member '/etc/outside.txt' leaves the folder"),
        ((member("corpus/a.wav", b"one"), member("corpus/a.wav", b"two")), "its member 'corpus/a.wav' comes twice"),
        ((member("corpus/a.wav", b"one"), member("corpus/./a.wav", b"two")), "comes twice"),
        ((member("corpus/l", kind=tarfile.SYMTYPE, link="../../outside.txt"),), "refused, .*outside"),
        ((member("corpus/l", kind=tarfile.SYMTYPE, link="/etc/passwd"),), "refused, .*absolute"),
        ((member("corpus/l", kind=tarfile.LNKTYPE, link="../outside.txt"),), "refused, .*outside"),
        ((member("corpus/pipe", kind=tarfile.FIFOTYPE),), "refused, .*special file"),
    ],
)
def test_a_malicious_archive_is_refused_and_leaves_nothing(
    tmp_path: Path, data_dir: Path, evil: tuple[tuple[tarfile.TarInfo, bytes], ...], reason: str
) -> None:
    archive = pack(tmp_path / "evil.tar.gz", member("corpus/good.wav"), *evil)
    with pytest.raises(CorpusError, match=reason):
        unpack(archive, data_dir, FOLDERS)
    assert list(data_dir.iterdir()) == []
    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize("kept", [0, 10, 100])
def test_a_truncated_archive_is_an_error_and_leaves_nothing(tmp_path: Path, data_dir: Path, kept: int) -> None:
    archive = pack(tmp_path / "a.tar.gz", member("corpus/a.wav", bytes(100_000)))
    archive.write_bytes(archive.read_bytes()[:kept])
    with pytest.raises(CorpusError, match=r"a\.tar\.gz: cannot be unpacked"):
        unpack(archive, data_dir, FOLDERS)
    assert list(data_dir.iterdir()) == []


def test_an_archive_that_claims_more_than_the_disk_holds_is_refused(tmp_path: Path, data_dir: Path) -> None:
    info, _ = member("corpus/a.wav")
    info.size = 1 << 60
    with tarfile.open(tmp_path / "bomb.tar", "w") as tar:
        tar.addfile(info)
    with pytest.raises(CorpusError, match=r"bomb\.tar: (needs .* GB unpacked|cannot be unpacked)"):
        unpack(tmp_path / "bomb.tar", data_dir, FOLDERS)
    assert list(data_dir.iterdir()) == []


def test_an_archive_of_something_else_is_an_error(tmp_path: Path, data_dir: Path) -> None:
    archive = pack(tmp_path / "a.tar.gz", member("another/a.wav"))
    with pytest.raises(CorpusError, match=r"holds no folder corpus or corpus-\*; it is not the archive of this corpus"):
        unpack(archive, data_dir, FOLDERS)
