"""Short runs of the small corpus, and what to compare of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from torch import Tensor

from speechrnn.training.checkpoint import load_checkpoint
from speechrnn.training.log import read_log
from speechrnn.training.loop import CHECKPOINTS
from speechrnn.training.run import train
from speechrnn.training.run_folder import RunResult
from tests.conftest import Mini
from tests.mini_corpus import Silent

Train = Callable[..., RunResult]

TIMED = {"seconds", "loading_share", "peak_memory_mib"}


@pytest.fixture
def train_mini(mini: Mini, tmp_path: Path, fast: None) -> Train:
    """Train the small corpus for two epochs, with overrides, into a folder of a name."""

    def trained(*overrides: str, run: str = "run", restart: bool = False, reporter: Silent | None = None) -> RunResult:
        recipe = mini.recipe("training.epochs=2", *overrides)
        return train(recipe, mini.data, tmp_path / run, reporter or Silent(), restart=restart)

    return trained


def tensors_of(run: Path, name: str = "last") -> dict[str, Tensor]:
    """Every tensor of a checkpoint: weights, statistics, optimiser."""
    loaded = load_checkpoint(run / CHECKPOINTS, name)
    assert loaded is not None
    assert len(loaded[0]) > 5
    return loaded[0]


def same_bits(one: Path, other: Path, name: str = "last") -> bool:
    """Tell whether two runs hold the same tensors to the last bit."""
    first, second = tensors_of(one, name), tensors_of(other, name)
    return first.keys() == second.keys() and all(first[key].equal(second[key]) for key in first)


def history(run: Path) -> list[dict[str, float]]:
    """The records of a run without what depends on the clock."""
    return [{key: getattr(record, key) for key in record.__slots__ if key not in TIMED} for record in read_log(run)]
