"""Models out of the cache."""

import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import named
from speechrnn.bundle.named import cached_models
from speechrnn.errors import UsageError
from speechrnn.hub.pull import PullOptions, pull
from speechrnn.hub.remove import remove


def test_only_what_is_named_goes(tiny: Path) -> None:
    paths = {name: pull(str(tiny), PullOptions(name=name)).path for name in ("a", "b", "c")}
    assert remove(["a", "c", "a"]) == [paths["a"], paths["c"]]
    assert list(cached_models()) == ["b"]


def test_one_unknown_name_and_nothing_goes(tiny: Path) -> None:
    pull(str(tiny), PullOptions(name="a"))
    named.EMBEDDED_FOLDER.mkdir()
    shutil.copy(tiny, named.EMBEDDED_FOLDER / "digits.srnn")
    with pytest.raises(
        UsageError, match=r"nix: no model of that name in the cache; .*\ndigits: is part of the package and cannot be"
    ):
        remove(["a", "nix", "digits"])
    assert list(cached_models()) == ["a"]


def test_a_path_is_no_name(tiny: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious.srnn"
    shutil.copy(tiny, precious)
    with pytest.raises(UsageError, match="no model of that name in the cache"):
        remove([str(precious)])
    assert precious.exists()
