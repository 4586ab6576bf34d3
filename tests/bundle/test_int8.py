"""Weights in 8 bits: against weights rounded by hand, for every cell, and what must stay as it is."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn

from speechrnn.bundle.export import export_onnx
from speechrnn.bundle.int8 import round_rows, to_int8
from speechrnn.bundle.runtime import open_graph, run_graph
from speechrnn.features.extract import FeatureExtractor
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.recurrent import CELLS
from speechrnn.recipe import ModelConfig
from tests.tiny_bundle import ALPHABET, FEATURES, build, noise

SAMPLES = noise(1.3).samples


def scores(graph: bytes) -> np.ndarray:
    return run_graph(open_graph(Path("tiny"), graph, threads=1), SAMPLES)


def gentle(**settings: object) -> tuple[FeatureExtractor, AcousticModel]:
    return build(FEATURES, ModelConfig(**{"size": 24, "layers": 2, **settings}), sharpness=1.0)  # type: ignore[arg-type]


def test_a_row_worked_by_hand() -> None:
    whole, scale = round_rows(np.array([[1.27, -0.5, 0.004], [0.0, 0.0, 0.0]], dtype=np.float32), (1,))
    assert whole.tolist() == [[127, -50, 0], [0, 0, 0]]
    assert scale == pytest.approx(np.array([[0.01], [1.0]]))


@given(arrays(np.float32, (3, 7), elements=st.floats(-100, 100, width=32)))
def test_no_weight_moves_by_more_than_half_a_step_of_its_row(value: np.ndarray) -> None:
    whole, scale = round_rows(value, (1,))
    assert (np.abs(whole * scale - value) <= 0.5001 * scale).all()
    assert np.abs(whole.astype(int)).max() <= 127


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_graph_is_that_of_a_network_whose_rows_are_rounded(cell: str) -> None:
    extractor, network = gentle(cell=cell, subsampling="conv", conv_channels=30)
    got = scores(to_int8(export_onnx(extractor, network)))
    with torch.no_grad():
        for name, weight in network.named_parameters():
            rows = weight.reshape(len(weight), -1)
            if weight.ndim > 1 and not name.startswith("head"):  # the head has fewer values than are worth it
                scale = rows.abs().amax(1, keepdim=True) / 127
                weight.copy_((torch.round(rows / scale) * scale).reshape(weight.shape))
    np.testing.assert_allclose(got, scores(export_onnx(extractor, network)), atol=2e-3)


@pytest.mark.parametrize("settings", [*({"cell": cell} for cell in CELLS), {"attention_heads": 4}])
def test_every_network_scores_nearly_as_before(settings: dict[str, object]) -> None:
    graph = export_onnx(*gentle(**settings))
    rounded = to_int8(graph)
    difference = np.abs(scores(rounded) - scores(graph)).max()
    assert 0 < difference < 0.1
    assert len(rounded) < 0.6 * len(graph)


def test_a_network_of_the_default_size_takes_less_than_a_third() -> None:
    graph = export_onnx(*build(FEATURES, ModelConfig()))
    assert len(to_int8(graph)) < 0.3 * len(graph)


def test_what_is_in_8_bits_already_stays() -> None:
    rounded = to_int8(export_onnx(*gentle()))
    assert to_int8(rounded) == rounded


def test_inputs_outputs_metadata_and_the_standard_operators_stay() -> None:
    graph = export_onnx(*gentle(), ALPHABET)
    before, after = onnx.load_from_string(graph), onnx.load_from_string(to_int8(graph))
    assert (after.graph.input, after.graph.output) == (before.graph.input, before.graph.output)
    assert after.metadata_props == before.metadata_props
    assert [(one.domain, one.version) for one in after.opset_import] == [("", 17)]


def test_biases_and_norms_stay_in_float32() -> None:
    names = {one.name for one in onnx.load_from_string(to_int8(export_onnx(*gentle()))).graph.initializer}
    assert {"layer1/bias", "layer1/norm_scale", "layer1/input_weights/int8"} <= names
    assert "layer1/input_weights" not in names


def test_the_front_end_keeps_16_bits() -> None:
    """The network is the same in both graphs, too small to be rounded, so what differs is the front end's."""
    extractor, network = build(FEATURES, ModelConfig(size=2, layers=1, subsampling_factor=1), sharpness=1.0)
    assert not any(isinstance(module, nn.Linear) and module.weight.numel() >= 1024 for module in network.modules())
    graph = export_onnx(extractor, network)
    difference = np.abs(scores(to_int8(graph)) - scores(graph)).max()
    assert 0 < difference < 1e-3
