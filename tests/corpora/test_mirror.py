from pathlib import Path

import pytest

from speechrnn.corpora.mirror import find_on_mirror
from speechrnn.errors import UsageError


@pytest.mark.parametrize("ending", ["", "/"])
def test_an_address_holds_files_under_their_names(ending: str) -> None:
    for is_one in (True, False):
        found = find_on_mirror(f"https://example.org/m{ending}", ("a.tar.gz", "b.tar.gz"), is_one=is_one)
        assert found == "https://example.org/m/a.tar.gz"


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "zip"])
def test_an_address_may_be_that_of_the_only_archive(ending: str) -> None:
    address = f"https://example.org/x.{ending}"
    assert find_on_mirror(address, ("a.tar.gz",), is_one=True) == address
    assert find_on_mirror(address, ("a.tar.gz",), is_one=False) == f"{address}/a.tar.gz"


def test_a_folder_holds_files_under_one_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b.zip").touch()
    assert find_on_mirror(str(tmp_path), ("a.zip", "b.zip"), is_one=True) == tmp_path / "b.zip"
    (tmp_path / "a.zip").touch()
    assert find_on_mirror(str(tmp_path), ("a.zip", "b.zip"), is_one=True) == tmp_path / "a.zip"


def test_a_file_is_the_only_archive_and_never_one_of_several(tmp_path: Path) -> None:
    file = tmp_path / "whatever.bin"
    file.touch()
    assert find_on_mirror(str(file), ("a.zip",), is_one=True) == file
    with pytest.raises(UsageError, match=r"^--mirror .*whatever\.bin: no file .*whatever\.bin/a\.zip$"):
        find_on_mirror(str(file), ("a.zip",), is_one=False)


def test_a_folder_without_the_file_names_all_it_was_looked_for_by(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no file .*a\.zip or .*b\.zip$"):
        find_on_mirror(str(tmp_path), ("a.zip", "b.zip"), is_one=True)


def test_the_home_folder_may_be_written_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.zip").touch()
    assert find_on_mirror("~", ("a.zip",), is_one=False) == tmp_path / "a.zip"
