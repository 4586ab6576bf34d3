"""Which model a command means."""

import os
from pathlib import Path

import pytest

from speechrnn.bundle import named
from speechrnn.bundle.find import describe_choice, finished_runs, resolve_model
from speechrnn.errors import UsageError


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Give the folders of the package's models and of the cached ones, and work in an empty one."""
    embedded, cached = tmp_path / "embedded", tmp_path / "cache" / "models"
    embedded.mkdir()
    cached.mkdir(parents=True)
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", embedded)
    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return embedded, cached


def _touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    return path


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


def test_nothing_stands_for_the_model_of_the_package_whatever_was_trained_here(
    tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    digits = _touch(folders[0] / "digits.srnn")
    _finish_run(tmp_path, "old", 100)
    _finish_run(tmp_path, "new", 300)
    _finish_run(tmp_path, "middle", 200)
    (tmp_path / "runs" / "unfinished").mkdir()
    assert resolve_model(None) == digits
    assert describe_choice(digits).endswith("; for your newest run: -m runs/new)")
    assert [path.parent.name for path in finished_runs()] == ["new", "middle", "old"]


def test_without_a_run_nothing_stands_for_the_model_of_the_package(folders: tuple[Path, Path]) -> None:
    digits = _touch(folders[0] / "digits.srnn")
    assert resolve_model(None) == digits
    assert describe_choice(digits).startswith("digits (inside of the package")


def test_a_name_stands_for_the_model_in_the_package_or_the_cache(folders: tuple[Path, Path]) -> None:
    digits, yesno = _touch(folders[0] / "digits.srnn"), _touch(folders[1] / "yesno.srnn")
    assert resolve_model(Path("digits")) == digits
    assert resolve_model(Path("yesno")) == yesno
    assert describe_choice(yesno) == "yesno"


def test_a_path_that_is_there_comes_before_a_name(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    _touch(folders[1] / "yesno.srnn")
    (tmp_path / "yesno").mkdir()  # a folder of something else, say recordings
    assert resolve_model(Path("yesno")) == folders[1] / "yesno.srnn"
    run = _touch(tmp_path / "yesno" / "model.srnn")
    assert resolve_model(Path("yesno")) == run.relative_to(tmp_path)


def test_the_models_of_the_package_are_not_to_be_changed(folders: tuple[Path, Path]) -> None:
    _touch(folders[0] / "digits.srnn")
    yesno = _touch(folders[1] / "yesno.srnn")
    with pytest.raises(UsageError, match=r"^digits: is part of the package and stays as it is; copy .*digits\.srnn"):
        resolve_model(Path("digits"), to_change=True)
    assert resolve_model(Path("yesno"), to_change=True) == yesno


@pytest.mark.parametrize("address", ["hf://ann/digits", "https://example.org/a.srnn"])
def test_an_address_is_to_be_fetched_first(address: str) -> None:
    with pytest.raises(UsageError, match="is not on this machine yet; fetch it first with speechrnn models pull"):
        resolve_model(Path(address))


def test_a_near_miss_of_a_name_gets_a_suggestion(folders: tuple[Path, Path]) -> None:
    _touch(folders[0] / "digits.srnn")
    with pytest.raises(UsageError, match=r"digit: no such .*; did you mean digits\? `speechrnn models` lists"):
        resolve_model(Path("digit"))


def test_a_run_called_without_its_folder_gets_a_suggestion(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    _touch(folders[1] / "fsd.srnn")
    _finish_run(tmp_path, "fsdd", 100)
    with pytest.raises(UsageError, match=r"fsdd: no such .*; did you mean runs.fsdd\?"):
        resolve_model(Path("fsdd"))


def test_an_unfinished_run_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no model\.srnn in this folder; has the run finished\?.*speechrnn train"):
        resolve_model(tmp_path)


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"gone: no such model file or run folder, and no model of that name; .*speechrnn train"
    ):
        resolve_model(tmp_path / "gone")


def test_no_model_at_all_says_how_to_train_one() -> None:
    message = r"no model given, and this copy of speechrnn holds none; train one .*spoken_digits\.yaml"
    with pytest.raises(UsageError, match=message):
        resolve_model(None)
