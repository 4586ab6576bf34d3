"""Recurrent layers as ONNX nodes, above all the cells ONNX has no operator for, against torch."""

import itertools
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from speechrnn.bundle.export import export_acoustic_onnx
from speechrnn.bundle.runtime import open_graph, run_graph, run_session
from speechrnn.features.extract import FeatureExtractor
from speechrnn.model.acoustic import AcousticModel
from speechrnn.model.normalized import LiGru
from speechrnn.model.recurrent import CELLS, RecurrentLayer
from speechrnn.recipe import FeaturesConfig, ModelConfig
from tests.tiny_bundle import build

SCANNED = ["ligru", "lnlstm", "mingru", "minlstm"]
FEATURES = FeaturesConfig(num_ceps=8, deltas=0)
TOLERANCE = 1e-4


def network(cell: str, **settings: object) -> tuple[FeatureExtractor, AcousticModel]:
    config = ModelConfig(**{"cell": cell, "size": 12, "layers": 2, "subsampling_factor": 1, **settings})  # type: ignore[arg-type]
    return build(FEATURES, config, sharpness=1.0)


def static(frames: int) -> np.ndarray:
    return np.random.default_rng(frames).standard_normal((frames, FEATURES.num_static)).astype(np.float32)


def expected(extractor: FeatureExtractor, model: AcousticModel, values: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        features, lengths = extractor.from_static(torch.from_numpy(values)[None], torch.tensor([len(values)]))
        return model(features, lengths)[0][0].numpy()


@pytest.mark.parametrize(
    ("cell", "bidirectional", "layer_norm"), list(itertools.product(SCANNED, [True, False], [True, False]))
)
def test_a_scanned_cell_scores_as_in_torch_at_every_length(cell: str, bidirectional: bool, layer_norm: bool) -> None:
    extractor, model = network(cell, bidirectional=bidirectional, layer_norm=layer_norm)
    session = open_graph(Path("tiny"), export_acoustic_onnx(extractor, model), threads=1)
    for frames in (1, 2, 3, 7, 64, 501):
        values = static(frames)
        np.testing.assert_allclose(run_graph(session, values), expected(extractor, model, values), atol=TOLERANCE)


@pytest.mark.parametrize("cell", SCANNED)
def test_a_scanned_cell_of_the_default_size_scores_as_in_torch(cell: str) -> None:
    extractor, model = build(FEATURES, ModelConfig(cell=cell), sharpness=1.0)  # type: ignore[arg-type]
    session, values = open_graph(Path("tiny"), export_acoustic_onnx(extractor, model), threads=1), static(200)
    np.testing.assert_allclose(run_graph(session, values), expected(extractor, model, values), atol=TOLERANCE)


def test_a_light_gru_whose_states_grow_without_end_scores_as_in_torch() -> None:
    extractor, model = network("ligru")
    (*_, layer) = model.encoder.layers
    assert isinstance(layer, RecurrentLayer)
    cell = layer.forward_cell
    assert isinstance(cell, LiGru)
    with torch.no_grad():
        cell.recurrent_matrix[12:] = 4 * torch.eye(12)
    session, values = open_graph(Path("tiny"), export_acoustic_onnx(extractor, model), threads=1), static(300)
    scores = run_graph(session, values)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores, expected(extractor, model, values), atol=TOLERANCE)


def test_no_state_of_a_light_gru_dies_away_into_the_denormals() -> None:
    """Processors compute those slowly; a state that halves from frame to frame gets there in 126."""
    model = onnx.load_from_string(export_acoustic_onnx(*network("ligru")))
    scans = [node.output[-1] for node in model.graph.node if node.op_type == "Scan"]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in scans)
    session = open_graph(Path("tiny"), model.SerializeToString(), threads=1)
    values = static(400)
    values[20:] = 0
    states = run_session(session, [values[np.newaxis]])[-len(scans) :]
    assert len(states) == 4
    for each in states:
        assert each.size >= 400 * 12
        assert np.abs(each[each != 0]).min() > np.finfo(np.float32).tiny
        assert each.min() >= 0


@pytest.mark.parametrize("cell", SCANNED)
def test_a_graph_scans_once_per_layer_and_direction(cell: str) -> None:
    model = onnx.load_from_string(export_acoustic_onnx(*network(cell, layers=3)))
    scans = [node.name for node in model.graph.node if node.op_type == "Scan"]
    assert scans == [f"layer{layer}/{way}/states" for layer in (1, 2, 3) for way in ("forward", "backward")]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_cell_onnx_knows_is_one_node_per_layer_for_both_directions(cell: str) -> None:
    model = onnx.load_from_string(export_acoustic_onnx(*network(cell, layers=3)))
    operators = [node.op_type for node in model.graph.node]
    assert (operators.count(cell.upper()), operators.count("Scan")) == (3, 0)


@pytest.mark.parametrize("cell", CELLS)
def test_dropped_connections_are_whole_again_in_the_graph(cell: str) -> None:
    share = 0.0 if cell in ("mingru", "minlstm") else 0.9
    plain, dropped = network(cell), network(cell, recurrent_dropconnect=share)
    assert export_acoustic_onnx(dropped[0], dropped[1].train()) == export_acoustic_onnx(*plain)


@pytest.mark.parametrize("cell", SCANNED)
def test_ten_seconds_are_scored_in_less_than_one(cell: str) -> None:
    """333 steps in each of six scans; the real factor is a hundredth, but machines are busy."""
    extractor, model = build(FEATURES, ModelConfig(cell=cell), sharpness=1.0)  # type: ignore[arg-type]
    session, values = open_graph(Path("tiny"), export_acoustic_onnx(extractor, model), threads=1), static(1000)
    started = time.process_time()
    run_graph(session, values)
    assert time.process_time() - started < 1
