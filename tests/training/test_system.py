"""Recipe, alphabet, features and network together, and the device they are put on."""

from pathlib import Path

import pytest
import torch

from speechrnn.bundle.read import Bundle
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.data.loader import Loader
from speechrnn.errors import BundleError, UsageError
from speechrnn.recipe import CorpusConfig, Recipe, TrainingConfig
from speechrnn.text.alphabet import Alphabet
from speechrnn.training.system import choose_device, fit_normalizer, load_system, new_system
from tests.conftest import Mini

ALPHABET = Alphabet(tuple(" abcd"))


@pytest.mark.parametrize(("there", "expected"), [(True, "cuda"), (False, "cpu")])
def test_auto_takes_a_gpu_when_there_is_one(there: bool, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert choose_device(_recipe("auto")) == expected
    assert choose_device(_recipe("cpu")) == "cpu"


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="finds no CUDA GPU here; use auto or cpu"):
        choose_device(_recipe("cuda"))


def _recipe(device: str) -> Recipe:
    return Recipe(name="a", corpus=CorpusConfig(name="yesno"), training=TrainingConfig(device=device))  # type: ignore[arg-type]


def test_the_seed_decides_the_weights(mini: Mini) -> None:
    one, again, other = (new_system(mini.recipe(f"seed={seed}"), ALPHABET).tensors() for seed in (1, 1, 2))
    assert all(one[name].equal(again[name]) for name in one)
    assert not one["model.head.weight"].equal(other["model.head.weight"])


def test_a_system_that_was_saved_comes_back(mini: Mini) -> None:
    one, other = new_system(mini.recipe(), ALPHABET), new_system(mini.recipe("seed=2"), ALPHABET)
    one.extractor.normalizer.mean.fill_(3.0)
    other.restore({**one.tensors(), "optimizer.step.head.weight": torch.zeros(())})
    assert one.tensors().keys() == other.tensors().keys() == one.weights().keys()
    assert all(other.tensors()[name].equal(tensor) for name, tensor in one.tensors().items())


def test_global_statistics_bring_the_training_part_to_mean_zero_and_variance_one(mini: Mini) -> None:
    recipe = mini.recipe("features.cmvn=global")
    system = new_system(recipe, ALPHABET)
    cuts = load_split(prepare_corpus(recipe.corpus, mini.data).directory, "train")
    loader = Loader(recipe, system.extractor, ALPHABET)
    fit_normalizer(system, loader, cuts)
    batch = loader.load(cuts)
    assert batch is not None
    valid = torch.arange(batch.features.shape[1]) < batch.feature_lengths[:, None]
    frames = batch.features[valid]
    torch.testing.assert_close(frames.mean(0), torch.zeros(10), rtol=0, atol=1e-3)
    torch.testing.assert_close(frames.var(0, correction=0), torch.ones(10), rtol=0, atol=1e-2)


@pytest.mark.parametrize("kind", ["utterance", "none"])
def test_other_kinds_of_cmvn_need_no_statistics(mini: Mini, kind: str) -> None:
    recipe = mini.recipe(f"features.cmvn={kind}")
    system = new_system(recipe, ALPHABET)
    loader = Loader(recipe, system.extractor, ALPHABET)
    fit_normalizer(system, loader, load_split(prepare_corpus(recipe.corpus, mini.data).directory, "dev"))
    assert not system.extractor.normalizer.mean.any()


def test_a_model_file_gives_the_trained_system(mini: Mini, trained: Path) -> None:
    system = load_system(trained / "model.srnn")
    assert system.recipe == mini.recipe()
    assert system.alphabet == ALPHABET


def test_a_model_file_whose_weights_do_not_fit_its_recipe_is_refused(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bundle, "recipe_yaml", lambda bundle: "name: x\ncorpus: {name: fsdd}\n")
    with pytest.raises(BundleError, match="the weights do not fit the recipe stored with them"):
        load_system(trained / "model.srnn")
