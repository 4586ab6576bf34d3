"""The ONNX graph against torch, for every way to build a model, at many lengths."""

import itertools
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from speechrnn import __version__
from speechrnn.bundle.export import export_acoustic_onnx, export_onnx, output_step_seconds
from speechrnn.bundle.export_attention import BLOCK_FRAMES
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.features.frames import min_samples, num_frames, output_frames
from speechrnn.recipe import FeaturesConfig, ModelConfig
from tests.tiny_bundle import ALPHABET, build, noise, torch_log_probs

TOLERANCE = 1e-4
CELLS = ["rnn", "lstm", "gru"]
CONVENTIONS = ["kaldi", "librosa", "sphinx"]


def _lengths(features: FeaturesConfig) -> list[int]:
    """One window, one sample more, awkward lengths around multiples of the subsampling, and up to ten seconds."""
    shortest = min_samples(features)
    rate = features.sample_rate_hz
    return [shortest, shortest + 1, min_samples(features, 3), min_samples(features, 4), rate // 3, rate, 10 * rate]


def _worst_difference(features: FeaturesConfig, model: ModelConfig) -> float:
    extractor, network = build(features, model, sharpness=1.0)
    session = open_graph(Path("tiny"), export_onnx(extractor, network), threads=1)
    worst = 0.0
    for seed, num_samples in enumerate(_lengths(features)):
        samples = noise(num_samples / features.sample_rate_hz, features.sample_rate_hz, seed).samples
        expected = torch_log_probs(extractor, network, samples)
        got = run_graph(session, samples)
        assert got.shape == expected.shape
        assert len(got) == output_frames(num_frames(num_samples, features), model.subsampling_factor)
        worst = max(worst, float(np.abs(got - expected).max()))
    return worst


@pytest.mark.parametrize(
    ("cell", "bidirectional", "subsampling", "factor"),
    list(itertools.product(CELLS, [True, False], ["stack", "conv"], [1, 3, 4, 6])),
)
def test_every_network_scores_as_in_torch_at_every_length(
    cell: str, bidirectional: bool, subsampling: str, factor: int
) -> None:
    model = ModelConfig(
        cell=cell,  # type: ignore[arg-type]
        bidirectional=bidirectional,
        subsampling=subsampling,  # type: ignore[arg-type]
        subsampling_factor=factor,
        conv_channels=10,
        size=12,
        layers=2,
        layer_norm=factor != 4,
    )
    features = FeaturesConfig(sample_rate_hz=8000, num_mel_bins=23)
    assert _worst_difference(features, model) <= TOLERANCE


@pytest.mark.parametrize(
    "settings",
    [
        {"residual": True, "layers": 3},
        {"residual": True, "layers": 2, "layer_norm": False, "subsampling": "conv", "conv_channels": 24},
        {"subsampling": "conv", "conv_layers": 2, "subsampling_factor": 6},
        {"subsampling": "conv", "conv_layers": 1, "conv_activation": "relu"},
        {"attention_heads": 4},
        {"attention_heads": 3, "bidirectional": False, "cell": "gru", "residual": True},
        {"inter_layers": (1,), "dropout_kind": "locked"},
    ],
)
def test_what_is_built_on_top_scores_as_in_torch_at_every_length(settings: dict[str, object]) -> None:
    model = ModelConfig(**{"size": 12, "layers": 2, "conv_channels": 10, **settings})  # type: ignore[arg-type]
    assert _worst_difference(FeaturesConfig(sample_rate_hz=8000, num_mel_bins=23), model) <= TOLERANCE


@pytest.mark.parametrize("bidirectional", [True, False])
def test_attention_scores_as_in_torch_where_its_blocks_end(bidirectional: bool) -> None:
    features = FeaturesConfig(stored=True)
    model = ModelConfig(size=12, layers=1, attention_heads=2, subsampling_factor=1, bidirectional=bidirectional)
    extractor, network = build(features, model, sharpness=1.0)
    session = open_graph(Path("tiny"), export_acoustic_onnx(extractor, network), threads=1)
    for time in (1, BLOCK_FRAMES - 1, BLOCK_FRAMES, BLOCK_FRAMES + 1, 2 * BLOCK_FRAMES, 2 * BLOCK_FRAMES + 1):
        static = np.random.default_rng(time).standard_normal((time, features.num_static)).astype(np.float32)
        with torch.inference_mode():
            expected = network(*extractor.from_static(torch.from_numpy(static)[None], torch.tensor([time])))[0][0]
        np.testing.assert_allclose(run_graph(session, static), expected.numpy(), atol=TOLERANCE)


def test_nothing_is_exported_for_intermediate_layers() -> None:
    with_them, without = (build(model=ModelConfig(size=12, inter_layers=layers)) for layers in ((1, 2), ()))
    assert export_onnx(*with_them) == export_onnx(*without)


@pytest.mark.parametrize(
    ("kind", "convention", "deltas", "cmvn"),
    list(itertools.product(["mfcc", "log_mel"], CONVENTIONS, [0, 1, 2], ["none", "utterance", "global"])),
)
def test_every_front_end_scores_as_in_torch_at_every_length(kind: str, convention: str, deltas: int, cmvn: str) -> None:
    features = FeaturesConfig(
        kind=kind,  # type: ignore[arg-type]
        convention=convention,  # type: ignore[arg-type]
        deltas=deltas,  # type: ignore[arg-type]
        cmvn=cmvn,  # type: ignore[arg-type]
        sample_rate_hz=8000,
        num_mel_bins=23,
    )
    assert _worst_difference(features, ModelConfig(size=8, layers=1)) <= TOLERANCE


@pytest.mark.parametrize("cell", CELLS)
def test_a_network_of_the_default_size_scores_as_in_torch(cell: str) -> None:
    assert _worst_difference(FeaturesConfig(), ModelConfig(cell=cell)) <= TOLERANCE  # type: ignore[arg-type]


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize(
    # Utterance CMVN divides nothing by the root of its variance floor: a mean that is 1e-5 off, which is all float32
    # can promise for cepstra near -76, is stretched 300 times. The graph adds in double precision, torch does not.
    ("cmvn", "tolerance"),
    [("none", TOLERANCE), ("global", TOLERANCE), ("utterance", 0.2)],
)
def test_digital_silence_scores_as_in_torch(convention: str, cmvn: str, tolerance: float) -> None:
    features = FeaturesConfig(
        convention=convention,  # type: ignore[arg-type]
        cmvn=cmvn,  # type: ignore[arg-type]
        sample_rate_hz=8000,
        num_mel_bins=23,
    )
    extractor, network = build(features, sharpness=1.0)
    samples = np.zeros(8000, dtype=np.float32)
    got = run_graph(open_graph(Path("tiny"), export_onnx(extractor, network), threads=1), samples)
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got, torch_log_probs(extractor, network, samples), atol=tolerance)


@pytest.mark.parametrize("cell", CELLS)
def test_acoustic_graph_takes_static_features_and_scores_as_in_torch(cell: str) -> None:
    features = FeaturesConfig(stored=True, convention="sphinx")
    extractor, network = build(features, ModelConfig(cell=cell, size=12, layers=2), sharpness=1.0)  # type: ignore[arg-type]
    session = open_graph(Path("tiny"), export_acoustic_onnx(extractor, network), threads=1)
    for time in (1, 2, 3, 4, 5, 100, 1000):
        static = np.random.default_rng(time).standard_normal((time, features.num_static)).astype(np.float32)
        with torch.inference_mode():
            expected = network(*extractor.from_static(torch.from_numpy(static)[None], torch.tensor([time])))[0][0]
        np.testing.assert_allclose(run_graph(session, static), expected.numpy(), atol=TOLERANCE)


def test_log_probs_sum_to_one_in_every_frame() -> None:
    session = open_graph(Path("tiny"), export_onnx(*build()), threads=1)
    np.testing.assert_allclose(np.exp(run_graph(session, noise(1.0).samples)).sum(axis=1), 1.0, atol=1e-5)


def test_dropout_is_off_in_the_graph_even_when_exported_in_mid_training() -> None:
    extractor, network = build(model=ModelConfig(size=12, layers=2, dropout=0.5))
    evaluated = export_onnx(extractor, network)
    assert export_onnx(extractor.train(), network.train()) == evaluated
    assert network.training


def test_the_same_model_gives_the_same_bytes() -> None:
    assert export_onnx(*build()) == export_onnx(*build())
    assert export_onnx(*build()) != export_onnx(*build(seed=1))


def test_graph_states_what_another_runtime_must_know() -> None:
    extractor, network = build()
    model = onnx.load_from_string(export_onnx(extractor, network, ALPHABET))
    assert {entry.key: entry.value for entry in model.metadata_props} == {
        "sample_rate_hz": "8000",
        "symbols": '[" ", "a", "b", "c", "é"]',
        "unit": "character",
        "output_step_seconds": "0.03",
        "speechrnn_version": __version__,
    }
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert [value.name for value in (*model.graph.input, *model.graph.output)] == ["samples", "log_probs"]


@pytest.mark.parametrize("subsampling", ["stack", "conv"])
def test_output_step_is_the_frame_shift_times_the_subsampling(subsampling: str) -> None:
    model = ModelConfig(subsampling=subsampling, subsampling_factor=4, size=4)  # type: ignore[arg-type]
    assert output_step_seconds(*build(FeaturesConfig(frame_shift_ms=12.5), model)) == pytest.approx(0.05)
