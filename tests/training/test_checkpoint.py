"""Checkpoints that are either whole or not there."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from speechrnn.errors import TrainingError
from speechrnn.training import checkpoint
from speechrnn.training.checkpoint import load_checkpoint, save_checkpoint

OLD, NEW = {"w": torch.arange(3.0)}, {"w": torch.ones(3), "b": torch.zeros((), dtype=torch.int64)}


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, "last", NEW, {"epoch": 2, "loss": float("inf"), "names": ["é"]})
    loaded = load_checkpoint(tmp_path, "last")
    assert loaded is not None
    tensors, state = loaded
    assert state == {"epoch": 2, "loss": float("inf"), "names": ["é"]}
    assert tensors.keys() == NEW.keys()
    assert all(torch.equal(tensors[name], NEW[name]) and tensors[name].dtype == NEW[name].dtype for name in NEW)


def test_where_there_is_none_none_is_given(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, "last") is None
    save_checkpoint(tmp_path, "last", OLD, {})
    assert load_checkpoint(tmp_path, "best") is None


def test_only_the_newest_of_a_name_is_kept(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, "best", OLD, {})
    for epoch in range(3):
        save_checkpoint(tmp_path, "last", {"w": torch.full((3,), float(epoch))}, {"epoch": epoch})
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == ["best", "best.json", "last", "last.json"]
    loaded = load_checkpoint(tmp_path, "last")
    assert loaded is not None
    assert loaded[1] == {"epoch": 2}


def test_a_tensor_that_is_a_view_is_saved_as_what_it_shows(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, "last", {"w": torch.arange(6.0).reshape(2, 3).T}, {})
    loaded = load_checkpoint(tmp_path, "last")
    assert loaded is not None
    assert loaded[0]["w"].tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("door", ["write_bytes", "write_json"])
def test_a_kill_before_either_write_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    save_checkpoint(tmp_path, "last", OLD, {"epoch": 1})

    def killed(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(checkpoint, door, killed)
        with pytest.raises(KeyboardInterrupt, match="^$"):
            save_checkpoint(tmp_path, "last", NEW, {"epoch": 2})
    loaded = load_checkpoint(tmp_path, "last")
    assert loaded is not None
    assert loaded[1] == {"epoch": 1}
    assert torch.equal(loaded[0]["w"], OLD["w"])
    save_checkpoint(tmp_path, "last", NEW, {"epoch": 2})
    assert len(list(tmp_path.iterdir())) == 2


def test_a_kill_before_the_old_file_is_deleted_leaves_the_new_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path, "last", OLD, {"epoch": 1})

    def killed(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".safetensors":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt, match="^$"):
            save_checkpoint(tmp_path, "last", NEW, {"epoch": 2})
    loaded = load_checkpoint(tmp_path, "last")
    assert loaded is not None
    assert loaded[1] == {"epoch": 2}


def damage_text(folder: Path) -> None:
    (folder / "last.json").write_text('{"tensors": ')


def damage_keys(folder: Path) -> None:
    (folder / "last.json").write_text("{}")


def damage_shape(folder: Path) -> None:
    (folder / "last.json").write_text("[1, 2]")


def truncate_tensors(folder: Path) -> None:
    file = next(folder.glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:-1])


def lose_tensors(folder: Path) -> None:
    next(folder.glob("*.safetensors")).unlink()


def change_one_bit(folder: Path) -> None:
    file = next(folder.glob("*.safetensors"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))


DAMAGES = [damage_text, damage_keys, damage_shape, truncate_tensors, lose_tensors, change_one_bit]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_checkpoint_is_refused_with_the_way_on(tmp_path: Path, damage: Any) -> None:
    save_checkpoint(tmp_path, "last", OLD, {"epoch": 1})
    damage(tmp_path)
    with pytest.raises(TrainingError, match=r"last\.json: damaged checkpoint .*--restart"):
        load_checkpoint(tmp_path, "last")


def test_the_description_is_plain_json_that_names_file_and_hash(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, "last", OLD, {"epoch": 1})
    values = json.loads((tmp_path / "last.json").read_text())
    assert (tmp_path / values["tensors"]).is_file()
    assert len(values["sha256"]) == 64
