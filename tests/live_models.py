"""A tiny model with random weights that runs live, and one that hears windows, for tests of streams."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from speechrnn.bundle.export import export_onnx
from speechrnn.bundle.export_streaming import export_streaming_onnx
from speechrnn.bundle.write import write_bundle
from speechrnn.recipe import FeaturesConfig, ModelConfig
from tests.tiny_bundle import ALPHABET, build, contents, self_tests

LIVE: Final = ModelConfig(size=12, layers=2, bidirectional=False, lookahead_frames=2)
FEATURES: Final = FeaturesConfig(sample_rate_hz=8000, num_mel_bins=23, num_ceps=13, cmvn="global")


def write_live_bundle(path: Path, seed: int = 3) -> Path:
    """Write a model file that holds the graph which carries its state."""
    extractor, network = build(FEATURES, LIVE, seed)
    bundle = replace(
        contents(seed),
        graph=export_onnx(extractor, network, ALPHABET),
        streaming_graph=export_streaming_onnx(extractor, network, ALPHABET),
        self_tests=self_tests(extractor, network, [0.4, 1.7]),
    )
    write_bundle(path, bundle)
    return path
