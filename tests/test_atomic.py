"""Files that are either whole or not there."""

import errno
from pathlib import Path

import pytest

from speechrnn import atomic
from speechrnn.atomic import write_bytes


def test_a_refused_file_is_named_as_the_user_knows_it(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="directory") as caught:
        write_bytes(tmp_path / "taken", b"x")
    assert caught.value.filename == str(tmp_path / "taken")


def test_a_full_disk_names_the_file_and_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_bytes(tmp_path / "a", b"old")
    monkeypatch.setattr(atomic.os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_bytes(tmp_path / "a", b"new")
    assert caught.value.filename == str(tmp_path / "a")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}
    write_bytes(tmp_path / "a", b"new", durable=False)  # not forced to the disk, and whole for all that
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new"}
