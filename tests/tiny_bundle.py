"""A tiny model with random weights, made the way training makes a real one: for tests that need some model file."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from speechrnn.audio import Audio
from speechrnn.bundle.export import export_acoustic_onnx, export_onnx, output_step_seconds
from speechrnn.bundle.layout import BundleContents, ModelInfo, SelfTest
from speechrnn.bundle.write import write_bundle
from speechrnn.decoding.greedy import greedy
from speechrnn.features.extract import FeatureExtractor
from speechrnn.features.frames import min_samples
from speechrnn.model.acoustic import AcousticModel
from speechrnn.recipe import FeaturesConfig, ModelConfig
from speechrnn.text.alphabet import Alphabet

ALPHABET: Final = Alphabet((" ", "a", "b", "c", "é"))
FEATURES: Final = FeaturesConfig(sample_rate_hz=8000, num_mel_bins=23, num_ceps=13)
MODEL: Final = ModelConfig(size=12, layers=2)


def build(
    features: FeaturesConfig = FEATURES, model: ModelConfig = MODEL, seed: int = 3, sharpness: float = 8.0
) -> tuple[FeatureExtractor, AcousticModel]:
    """Make a front end and a network with seeded random weights.

    A fresh head is nearly uniform, and its best label a matter of the last bit: `sharpness` scales the head so that
    noise spells varied text whatever the machine rounds.
    """
    torch.manual_seed(seed)
    extractor = FeatureExtractor(features).eval()
    network = AcousticModel(model, features.num_features, ALPHABET.size).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim == 1:  # biases start at zero and norms at one, which would hide a swap of two gates
                parameter.add_(0.3 * torch.randn(len(parameter)))
        network.head.weight.mul_(sharpness)
        if network.encoder.attention is not None:  # it starts by adding nothing
            torch.nn.init.xavier_uniform_(network.encoder.attention.output.weight)
        extractor.normalizer.mean.copy_(torch.randn(features.num_features))
        extractor.normalizer.scale.copy_(torch.rand(features.num_features) + 0.5)
    return extractor, network


def noise(seconds: float, sample_rate_hz: int = 8000, seed: int = 1) -> Audio:
    """Make noise whose level rises and falls, so that frames differ."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * sample_rate_hz)) / sample_rate_hz
    samples = 0.2 * rng.standard_normal(len(time)) * (0.55 + 0.45 * np.sin(9 * time))
    return Audio(np.clip(samples, -1, 1).astype(np.float32), sample_rate_hz)


def torch_log_probs(extractor: FeatureExtractor, network: AcousticModel, samples: np.ndarray) -> np.ndarray:
    """Score one waveform `(num_samples,)` with torch: `(time, vocab)`."""
    with torch.inference_mode():
        features, lengths = extractor(torch.from_numpy(samples)[None], torch.tensor([len(samples)]))
        return network(features, lengths)[0][0].numpy()


def self_tests(extractor: FeatureExtractor, network: AcousticModel, seconds: Iterable[float]) -> tuple[SelfTest, ...]:
    """Make self-tests whose expected output comes from torch."""
    tests = []
    for number, length in enumerate(seconds, start=1):
        audio = noise(length, extractor.config.sample_rate_hz, seed=number)
        hypothesis = greedy(torch_log_probs(extractor, network, audio.samples))[0]
        tests.append(SelfTest(f"noise-{number}", audio, None, ALPHABET.decode(hypothesis.labels), hypothesis.score))
    return tuple(tests)


def contents(seed: int = 3) -> BundleContents:
    """Put everything a bundle needs together."""
    extractor, network = build(seed=seed)
    weights = {**network.state_dict(), **{f"extractor.{k}": v for k, v in extractor.state_dict().items()}}
    return BundleContents(
        model=ModelInfo(
            name="tiny",
            sample_rate_hz=FEATURES.sample_rate_hz,
            alphabet=ALPHABET,
            output_step_seconds=output_step_seconds(extractor, network),
            min_samples=min_samples(FEATURES),
        ),
        weights={name: value.numpy() for name, value in weights.items()},
        recipe_yaml="name: tiny\n",
        graph=export_onnx(extractor, network, ALPHABET),
        result={"wer": 12.5, "signature": "corpus:tiny|version:0"},
        card="# tiny\n\nRandom weights; licence: none needed.\n",
        self_tests=self_tests(extractor, network, [0.4, 1.0, 1.7]),
    )


def contents_on_stored_features(seed: int = 3) -> BundleContents:
    """The same for a corpus that stores features only: the self-test is a feature file."""
    extractor, network = build(seed=seed)
    static = np.random.default_rng(seed).standard_normal((80, FEATURES.num_static)).astype(np.float32)
    with torch.inference_mode():
        features, lengths = extractor.from_static(torch.from_numpy(static)[None], torch.tensor([len(static)]))
        hypothesis = greedy(network(features, lengths)[0][0].numpy())[0]
    return replace(
        contents(seed),
        acoustic_graph=export_acoustic_onnx(extractor, network, ALPHABET),
        self_tests=(SelfTest("cepstra", None, static, ALPHABET.decode(hypothesis.labels), hypothesis.score),),
    )


def write_tiny_bundle(path: Path, seed: int = 3) -> Path:
    """Write a model file and return its path."""
    write_bundle(path, contents(seed))
    return path
