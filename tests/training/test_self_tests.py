"""Utterances with expected output, made with the graph and held against the trained network."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from speechrnn.bundle.export import export_onnx
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.data.cuts import load_split
from speechrnn.errors import BundleError
from speechrnn.training import finish
from speechrnn.training.self_tests import make_self_tests
from speechrnn.training.system import System, load_system
from tests.conftest import Mini
from tests.training.conftest import Train

MODEL = Path("run/model.srnn")


@pytest.fixture
def system(trained: Path) -> System:
    """The trained system of the small corpus."""
    system = load_system(trained / "model.srnn")
    system.model.eval()
    return system


def graph_of(system: System) -> bytes:
    return export_onnx(system.extractor, system.model, system.alphabet)


def test_the_first_readable_utterances_of_a_frame_or_more_are_taken(own_mini: Mini, system: System) -> None:
    soundfile.write(own_mini.corpus / "dev" / "00.wav", np.full(205, 0.1), 8000)
    soundfile.write(own_mini.corpus / "dev" / "02.wav", np.full(200, 0.1), 11025)  # no frame once resampled
    cuts = load_split(prepare_corpus(own_mini.recipe().corpus, own_mini.data).directory, "dev")
    readable = {cut.id for cut in cuts} - {"dev/01"}
    tests = make_self_tests(MODEL, system, graph_of(system), cuts, readable)
    assert [test.name for test in tests] == ["dev/00", "dev/03", "dev/04"]
    said = [(own_mini.corpus / f"{test.name}.txt").read_text().strip() for test in tests]
    assert [test.expected_text for test in tests][1:] == said[1:]
    assert all(test.audio is not None and test.static is None and test.expected_score < 0 for test in tests)


def test_a_graph_of_other_weights_is_refused(mini: Mini, system: System) -> None:
    cuts = load_split(prepare_corpus(mini.recipe().corpus, mini.data).directory, "dev")
    graph = graph_of(system)
    with torch.no_grad():
        system.model.head.bias[1] += 0.5
    with pytest.raises(BundleError, match=r"dev/00: log-probabilities of the exported graph differ from training by 0"):
        make_self_tests(MODEL, system, graph, cuts, {cut.id for cut in cuts})


def test_a_run_whose_graph_is_refused_leaves_no_model(
    train_mini: Train, system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = graph_of(system)
    monkeypatch.setattr(finish, "export_onnx", lambda *arguments: graph)
    with pytest.raises(BundleError, match="no model was written"):
        train_mini("training.epochs=1")
    assert not (tmp_path / "run" / "model.srnn").exists()
