"""Training writes the graph that carries its state for models that can, and says why others cannot."""

from pathlib import Path

import pytest

from speechrnn.bundle import layout
from speechrnn.bundle.read import read_bundle
from speechrnn.training.run import train
from tests.conftest import Mini
from tests.mini_corpus import Silent


def test_a_model_that_can_run_live_gets_the_graph_for_it_and_another_does_not(
    trained_live: Path, trained: Path
) -> None:
    assert layout.STREAMING_GRAPH in read_bundle(trained_live).manifest.digests
    assert layout.STREAMING_GRAPH not in read_bundle(trained / "model.srnn").manifest.digests


@pytest.mark.usefixtures("fast")
def test_a_one_way_model_that_cannot_is_told_so_before_it_is_trained(mini: Mini, tmp_path: Path) -> None:
    reporter = Silent()
    settings = "model.bidirectional=false", "training.epochs=1"
    done = train(mini.recipe(*settings), mini.data, tmp_path / "run", reporter)
    (note,) = [line for line in reporter.lines if line.startswith("note: live")]
    assert "features.cmvn utterance" in note
    assert layout.STREAMING_GRAPH not in read_bundle(done.model).manifest.digests
