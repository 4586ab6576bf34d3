import tarfile
import zipfile
from pathlib import Path

from speechrnn.corpora.members import tar_members, zip_members
from tests.corpora.archives import hard_link, link, member, tar_up, zip_up


def test_a_tar_says_what_it_holds(tmp_path: Path) -> None:
    entries = (
        member("c", kind=tarfile.DIRTYPE),
        member("c/a", b"12345"),
        link("c/l", "a"),
        hard_link("c/h", "c/a"),
        member("c/p", kind=tarfile.FIFOTYPE),
        member("c/b", kind=tarfile.BLKTYPE),
        member("c/t", kind=tarfile.CHRTYPE),
    )
    with tarfile.open(tar_up(tmp_path / "a.tar", *entries)) as tar:
        found = [(item.name, item.kind, item.num_bytes, item.target) for item in tar_members(tar)]
    assert found == [
        ("c", "folder", 512, ""),
        ("c/a", "file", 517, ""),
        ("c/l", "link", 512, "a"),
        ("c/h", "hard link", 512, "c/a"),
        ("c/p", "special", 512, ""),
        ("c/b", "special", 512, ""),
        ("c/t", "special", 512, ""),
    ]


def test_a_zip_says_what_it_holds(tmp_path: Path) -> None:
    path = zip_up(tmp_path / "a.zip", {"c/": b"", "c/a": b"12345"}, {"c/l": "a"})
    with zipfile.ZipFile(path) as archive:
        found = [(item.name, item.kind, item.num_bytes) for item in zip_members(archive)]
    assert found == [("c/", "folder", 0), ("c/a", "file", 5), ("c/l", "special", 1)]
