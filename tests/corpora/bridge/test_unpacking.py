import tarfile
import zipfile
from pathlib import Path

import pytest

from speechrnn.corpora.bridge.unpacking import careful_unpacking
from speechrnn.errors import CorpusError
from tests.corpora.archives import link, member, tar_up, zip_up


def test_whatever_unpacks_in_the_block_is_checked_first(tmp_path: Path) -> None:
    twice = tar_up(tmp_path / "a.tar", member("a"), member("b"), member("a", b"other"))
    escaping = zip_up(tmp_path / "a.zip", {"a": b"1", "../b": b"2"})
    with careful_unpacking():
        with tarfile.open(twice) as tar, pytest.raises(CorpusError, match=r"a\.tar: refused, its member 'a' comes tw"):
            tar.extractall(tmp_path / "new")
        for take in ("extractall", "extract"):
            with zipfile.ZipFile(escaping) as archive, pytest.raises(CorpusError, match=r"a\.zip: refused.* '\.\./b'"):
                getattr(archive, take)(*(["a"] if take == "extract" else []), path=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_honest_archives_are_unpacked_as_ever(tmp_path: Path) -> None:
    with careful_unpacking():
        with tarfile.open(tar_up(tmp_path / "a.tar", member("c/a"), link("l", "c/a"))) as tar:
            tar.extractall(tmp_path / "new")
        with zipfile.ZipFile(zip_up(tmp_path / "a.zip", {"b": b"b", "d": b"d"})) as archive:
            archive.extract("b", tmp_path / "new")
            archive.extract("d", tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"c", "l", "b", "d"}


def test_after_the_block_all_is_as_before(tmp_path: Path) -> None:
    before = [dict(vars(kind)) for kind in (tarfile.TarFile, zipfile.ZipFile)]
    with careful_unpacking():
        assert tarfile.TarFile.extractall is not before[0]["extractall"]
    assert [dict(vars(kind)) for kind in (tarfile.TarFile, zipfile.ZipFile)] == before
