"""What tests of several rooms share."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from speechrnn.recipe import Recipe


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model file of a tiny network with random weights."""
    from tests.tiny_bundle import write_tiny_bundle  # imports torch, which most tests do without

    return write_tiny_bundle(tmp_path_factory.mktemp("tiny") / "model.srnn")


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with an empty cache and no model in the package; gives the cache."""
    from speechrnn.bundle import named

    monkeypatch.setenv("SPEECHRNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(named, "EMBEDDED_FOLDER", tmp_path / "embedded")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "cache"


@dataclass(frozen=True)
class Mini:
    """The corpus of `mini_corpus.py` on disk, the recipe that learns it, and the folder its manifests go to."""

    corpus: Path
    recipe_file: Path
    data: Path

    def recipe(self, *overrides: str) -> "Recipe":
        """The recipe, changed."""
        from speechrnn.recipe.load import load_recipe

        return load_recipe(self.recipe_file, overrides)


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """Give the small corpus that a network learns in seconds. Read only: take `own_mini` to change it."""
    return write_mini(tmp_path_factory.mktemp("mini"))


@pytest.fixture
def own_mini(tmp_path: Path) -> Mini:
    """The same corpus, free to be damaged."""
    return write_mini(tmp_path)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the pictures of a run, which take longer than the short ones of the tests."""
    from speechrnn.training import run

    monkeypatch.setattr(run, "draw_curves", lambda folder, title, records: None)


@pytest.fixture(scope="session")
def trained(mini: Mini, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the run folder of the small corpus, trained to its end. Read only."""
    from speechrnn.training.run import train
    from tests.mini_corpus import Silent

    return train(mini.recipe(), mini.data, tmp_path_factory.mktemp("trained") / "run", Silent()).run


def write_mini(root: Path, splits: dict[str, int] | None = None) -> Mini:
    """Write corpus and recipe under a folder."""
    from tests.mini_corpus import SPLITS, write_corpus, write_recipe

    corpus = write_corpus(root / "mini", splits or SPLITS)
    return Mini(corpus, write_recipe(root / "mini.yaml", corpus), root / "data")


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model file of a tiny network with random weights that carries its state along a stream."""
    from tests.live_models import write_live_bundle

    return write_live_bundle(tmp_path_factory.mktemp("live") / "model.srnn")


@pytest.fixture(scope="session")
def trained_live(mini: Mini, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a model file that has learnt the small corpus and carries its state."""
    from speechrnn.training.run import train
    from tests.mini_corpus import Silent

    settings = "model.bidirectional=false", "model.lookahead_frames=2", "features.cmvn=global", "training.epochs=12"
    return train(mini.recipe(*settings), mini.data, tmp_path_factory.mktemp("trained_live") / "run", Silent()).model
