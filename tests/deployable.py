"""A tiny model with random weights and a recipe that says so: for tests that take a model elsewhere."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from speechrnn.bundle.export import export_onnx, output_step_seconds
from speechrnn.bundle.layout import BundleContents, ModelInfo
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.bundle.write import write_bundle
from speechrnn.features.frames import min_samples
from speechrnn.recipe import FeaturesConfig, ModelConfig
from speechrnn.recipe.corpus import CorpusConfig
from speechrnn.recipe.recipe import Recipe
from speechrnn.recipe.show import show_recipe
from speechrnn.text.alphabet import Alphabet
from tests.tiny_bundle import ALPHABET, FEATURES, MODEL, build, contents, noise, self_tests

WORDS: Final = Alphabet(("one", "two", "three", "four", "né"), "word")


def deployable(features: FeaturesConfig = FEATURES, model: ModelConfig = MODEL) -> BundleContents:
    """Make everything a bundle needs, its recipe included; it writes `ALPHABET`."""
    extractor, network = build(features, model)
    recipe = Recipe(name="tiny", corpus=CorpusConfig(name="tiny"), features=features, model=model)
    return replace(
        contents(),
        model=ModelInfo(
            name="tiny",
            sample_rate_hz=features.sample_rate_hz,
            alphabet=ALPHABET,
            output_step_seconds=output_step_seconds(extractor, network),
            min_samples=min_samples(features),
        ),
        weights={name: value.numpy() for name, value in network.state_dict().items()},
        recipe_yaml=show_recipe(recipe),
        graph=export_onnx(extractor, network, ALPHABET),
        self_tests=self_tests(extractor, network, [0.4, 1.0, 1.7]),
    )


def in_words(given: BundleContents) -> BundleContents:
    """Let every label of a model stand for a word."""
    places = {symbol: number for number, symbol in enumerate(ALPHABET.symbols)}
    tests = tuple(
        replace(test, expected_text=" ".join(WORDS.symbols[places[symbol]] for symbol in test.expected_text))
        for test in given.self_tests
    )
    return replace(given, model=replace(given.model, alphabet=WORDS), self_tests=tests)


def written(path: Path, given: BundleContents) -> Bundle:
    """Write a model file and open it."""
    write_bundle(path, given)
    return read_bundle(path)


def sounds(rate_hz: int) -> list[np.ndarray]:
    """Give recordings of many lengths, one with digital silence in it, `(num_samples,)` each."""
    found = [noise(seconds, rate_hz, seed).samples for seed, seconds in enumerate((0.3, 1.0, 2.22, 0.061, 3.7))]
    found[2][rate_hz // 2 : rate_hz] = 0
    return found
