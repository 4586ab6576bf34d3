"""A recogniser as training and decoding hold it: recipe, alphabet, feature extractor and acoustic model together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from lhotse import CutSet
from numpy.typing import NDArray
from torch import Tensor

from speechrnn.bundle.read import read_bundle
from speechrnn.data.batches import plan_evaluation
from speechrnn.data.loader import Loader
from speechrnn.errors import BundleError, UsageError
from speechrnn.features.extract import FeatureExtractor
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.recurrent import RecurrentLayer
from speechrnn.recipe import Recipe
from speechrnn.recipe.load import parse_recipe
from speechrnn.text.alphabet import Alphabet

MODEL = "model."
NORMALIZER = "normalizer."


@dataclass(frozen=True, slots=True)
class System:
    """Everything that turns samples into log-probabilities, and text into labels."""

    recipe: Recipe
    alphabet: Alphabet
    extractor: FeatureExtractor
    model: AcousticModel

    def tensors(self) -> dict[str, Tensor]:
        """Name every tensor that training sets: weights, and the statistics of global CMVN.

        The front end's matrices are not among them: the recipe defines them.
        """
        weights = {MODEL + name: tensor for name, tensor in self.model.state_dict().items()}
        statistics = {NORMALIZER + name: tensor for name, tensor in self.extractor.normalizer.state_dict().items()}
        return {**weights, **statistics}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Take up tensors named by `tensors()`; others are left alone."""
        self.model.load_state_dict(_under(MODEL, tensors))
        self.extractor.normalizer.load_state_dict(_under(NORMALIZER, tensors))

    @contextmanager
    def holding(self, tensors: dict[str, Tensor]) -> Iterator[None]:
        """Hold these tensors for a while, and then its own again."""
        own = {name: tensor.clone() for name, tensor in self.tensors().items()}
        self.restore(tensors)
        try:
            yield
        finally:
            self.restore(own)

    def weights(self) -> dict[str, NDArray[np.generic]]:
        """Give `tensors()` as arrays for a bundle."""
        return {name: tensor.detach().cpu().numpy() for name, tensor in self.tensors().items()}


def new_system(recipe: Recipe, alphabet: Alphabet) -> System:
    """Make an untrained system; the recipe's seed decides its weights."""
    torch.manual_seed(recipe.seed)
    extractor = FeatureExtractor(recipe.features)
    model = AcousticModel(recipe.model, recipe.features.num_features, alphabet.size)
    for layer in model.modules():
        if isinstance(layer, RecurrentLayer):
            layer.trains_in_bf16 = recipe.training.precision == "bf16"
    return System(recipe, alphabet, extractor, model.to(choose_device(recipe)))


def load_system(path: Path) -> System:
    """Open a model file for decoding with torch.

    Raises:
        BundleError: the file is damaged, or its weights do not fit its recipe.
    """
    bundle = read_bundle(path)
    recipe = parse_recipe(bundle.recipe_yaml(), f"{path}: recipe.yaml")
    # Where it was trained says nothing about where it is decoded.
    recipe = replace(recipe, training=replace(recipe.training, device="auto"))
    system = new_system(recipe, bundle.model.alphabet)
    try:
        system.restore({name: torch.from_numpy(np.array(array)) for name, array in bundle.weights().items()})
    except RuntimeError as error:
        raise BundleError(
            f"{path}: the weights do not fit the recipe stored with them; train the model again"
        ) from error
    return system


def fit_normalizer(system: System, loader: Loader, train: CutSet) -> None:
    """Set the statistics of global CMVN from the training part, as it is, without augmentation."""
    if system.recipe.features.cmvn == "global":
        batches = plan_evaluation(train, system.recipe.training.batch_seconds)
        system.extractor.normalizer.fit(part for batch in batches if (part := loader.load_unnormalized(batch)))


def choose_device(recipe: Recipe) -> str:
    """Resolve training.device.

    Raises:
        UsageError: it is cuda, and torch finds none.
    """
    if recipe.training.device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if recipe.training.device == "cuda" and not torch.cuda.is_available():
        raise UsageError("training.device: cuda came, but torch finds no CUDA GPU here; use auto or cpu")
    return recipe.training.device


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
