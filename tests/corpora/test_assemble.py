"""One corpus of several archives, and what a killed process left of it."""

import shutil
from pathlib import Path

import pytest

from speechrnn.corpora import assemble
from speechrnn.corpora.assemble import Assembly
from speechrnn.errors import CorpusError
from speechrnn.progress import silent
from tests.corpora.archives import member, tar_up, zip_up

FOLDERS = ("corpus", "corpus-*")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def first_archive(tmp_path: Path) -> Path:
    return tar_up(tmp_path / "train.tar.gz", member("corpus/train/a.wav"), member("corpus/README"), member("notes"))


@pytest.fixture
def second_archive(tmp_path: Path) -> Path:
    return zip_up(tmp_path / "test.zip", {"corpus-test/test/b.wav": b"b", "corpus-test/train/c.wav": b"c"})


def begin(data: Path) -> Assembly:
    return Assembly("mine", FOLDERS, data)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_several_archives_hold_becomes_one_folder(data: Path, first_archive: Path, second_archive: Path) -> None:
    assembly = begin(data)
    for name, archive in (("one", first_archive), ("two", second_archive)):
        assert not assembly.has(name)
        assembly.add(archive, name, silent)
        assert assembly.has(name)
        assert not list(data.glob("corpus*"))
    assert assembly.finish(["one", "two"]) == data / "corpus"
    assert files(data / "corpus") == ["README", "test/b.wav", "train/a.wav", "train/c.wav"]
    assert [path.name for path in data.iterdir()] == ["corpus"]


def test_a_later_run_keeps_the_archives_that_are_whole(data: Path, first_archive: Path, second_archive: Path) -> None:
    begin(data).add(first_archive, "one", silent)
    half = data / ".mine.unpacking" / "two.partial" / "corpus"
    half.mkdir(parents=True)
    (half / "half.wav").write_bytes(b"")
    first_archive.unlink()
    again = begin(data)
    assert (again.has("one"), again.has("two")) == (True, False)
    again.add(second_archive, "two", silent)
    assert files(again.finish(["one", "two"])) == ["README", "test/b.wav", "train/a.wav", "train/c.wav"]


def test_a_run_that_was_killed_while_it_put_them_together_is_finished(
    data: Path, first_archive: Path, second_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(data).add(first_archive, "one", silent)
    begin(data).add(second_archive, "two", silent)
    first = data / ".mine.unpacking" / "one" / "corpus"
    (data / ".mine.unpacking" / "two" / "corpus-test" / "train" / "c.wav").rename(first / "train" / "c.wav")
    assert files(begin(data).finish(["one", "two"])) == ["README", "test/b.wav", "train/a.wav", "train/c.wav"]


def test_a_file_of_two_archives_is_refused_and_no_corpus_appears(data: Path, first_archive: Path) -> None:
    assembly = begin(data)
    for name in ("one", "two"):
        assembly.add(first_archive, name, silent)
    with pytest.raises(CorpusError, match="^README: two archives of this corpus hold it"):
        assembly.finish(["one", "two"])
    assert not list(data.glob("corpus*"))


def test_an_archive_of_something_else_is_an_error_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    archive = tar_up(tmp_path / "a.tar", member("another/a.wav"), member("corpus", b"a file"))
    with pytest.raises(CorpusError, match=r"holds no folder corpus or corpus-\*; it is not the archive of this corpus"):
        begin(data).add(archive, "one", silent)
    assert list(data.iterdir()) == []


def test_a_refused_archive_leaves_what_others_gave(data: Path, first_archive: Path, tmp_path: Path) -> None:
    begin(data).add(first_archive, "one", silent)
    with pytest.raises(CorpusError, match="leaves the folder"):
        begin(data).add(tar_up(tmp_path / "evil.tar", member("../a")), "two", silent)
    assert begin(data).has("one")


def test_an_unpacked_archive_whose_folder_has_gone_is_unpacked_again(data: Path, first_archive: Path) -> None:
    begin(data).add(first_archive, "one", silent)
    shutil.move(data / ".mine.unpacking" / "one" / "corpus", data / "elsewhere")
    assert not begin(data).has("one")
    begin(data).add(first_archive, "one", silent)
    assert files(begin(data).finish(["one"])) == ["README", "train/a.wav"]


def test_a_leftover_can_be_cleared(data: Path, first_archive: Path) -> None:
    begin(data).add(first_archive, "one", silent)
    begin(data).clear()
    assert list(data.iterdir()) == []
    assert assemble.Assembly("mine", FOLDERS, data).has("one") is False
