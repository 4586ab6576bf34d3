"""Which model a command means."""

import os
from pathlib import Path

import pytest

from speechrnn.bundle.find import resolve_model
from speechrnn.errors import UsageError


def _finish_run(root: Path, name: str, when: int) -> Path:
    path = root / "runs" / name / "model.srnn"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    os.utime(path, (when, when))
    return path


def test_a_file_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "any name.bin"
    path.write_bytes(b"")
    assert resolve_model(path) == path


def test_a_run_folder_stands_for_its_model(tmp_path: Path) -> None:
    path = _finish_run(tmp_path, "yesno", 100)
    assert resolve_model(path.parent) == path


def test_nothing_stands_for_the_newest_run_that_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _finish_run(tmp_path, "old", 100)
    _finish_run(tmp_path, "new", 300)
    _finish_run(tmp_path, "middle", 200)
    (tmp_path / "runs" / "unfinished").mkdir()
    monkeypatch.chdir(tmp_path)
    assert resolve_model(None) == Path("runs/new/model.srnn")


def test_an_unfinished_run_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no model\.srnn in this folder; has the run finished\?.*speechrnn train"):
        resolve_model(tmp_path)


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone: no such model file or run folder; .*speechrnn train"):
        resolve_model(tmp_path / "gone")


def test_no_run_at_all_says_how_to_train_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"no finished run under runs/; train one .*spoken_digits\.yaml"):
        resolve_model(None)
