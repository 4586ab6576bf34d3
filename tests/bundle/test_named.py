"""Models that go by a name."""

from pathlib import Path

import pytest

from speechrnn.bundle import named
from speechrnn.bundle.named import (
    _cache_directory,
    cached_models,
    embedded_models,
    is_cached,
    is_embedded,
    named_models,
)

HOME = Path("home")


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, HOME / ".cache" / "speechrnn"),
        ("linux", {"XDG_CACHE_HOME": "/c"}, Path("/c/speechrnn")),
        ("linux", {"XDG_CACHE_HOME": "relative"}, HOME / ".cache" / "speechrnn"),
        ("darwin", {"XDG_CACHE_HOME": "/c"}, HOME / "Library" / "Caches" / "speechrnn"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/speechrnn/Cache")),
        ("win32", {}, HOME / "AppData" / "Local" / "speechrnn" / "Cache"),
        ("linux", {"SPEECHRNN_CACHE": "/mine", "XDG_CACHE_HOME": "/c"}, Path("/mine")),
        ("win32", {"SPEECHRNN_CACHE": "~/mine"}, Path.home() / "mine"),
        ("linux", {"SPEECHRNN_CACHE": ""}, HOME / ".cache" / "speechrnn"),
    ],
)
def test_the_cache_lies_where_the_system_keeps_caches_unless_the_user_says(
    platform: str, environment: dict[str, str], folder: Path
) -> None:
    assert _cache_directory(platform, environment, HOME) == folder


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Give the folders of the package's models and of the cached ones, both empty."""
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", tmp_path / "embedded")
    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "embedded").mkdir()
    (tmp_path / "cache" / "models").mkdir(parents=True)
    return tmp_path / "embedded", tmp_path / "cache" / "models"


def test_models_are_named_after_their_files_in_order(folders: tuple[Path, Path]) -> None:
    embedded, cached = folders
    files = [embedded / "digits.srnn", cached / "b.srnn", cached / "a.srnn"]
    for path in files:
        path.write_bytes(b"")
    assert embedded_models() == {"digits": files[0]}
    assert list(cached_models()) == ["a", "b"]
    assert named_models() == {"a": files[2], "b": files[1], "digits": files[0]}
    assert [is_embedded(path) for path in files] == [True, False, False]
    assert [is_cached(path) for path in files] == [False, True, True]


def test_what_is_no_model_file_has_no_name(folders: tuple[Path, Path]) -> None:
    _, cached = folders
    for name in ("notes.txt", ".part.srnn", "a b.srnn", "model"):
        (cached / name).write_bytes(b"")
    (cached / "folder.srnn").mkdir()
    assert cached_models() == {}


def test_no_folder_at_all_holds_no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", tmp_path / "embedded")
    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    assert named_models() == {}


def test_a_model_in_the_cache_never_hides_one_of_the_package(folders: tuple[Path, Path]) -> None:
    for folder in folders:
        (folder / "digits.srnn").write_bytes(b"")
    assert named_models() == {"digits": folders[0] / "digits.srnn"}
