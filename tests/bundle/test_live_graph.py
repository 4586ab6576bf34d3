"""A model file that can run live proves it when it is checked."""

from pathlib import Path

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.export_streaming import export_streaming_onnx
from tests.live_models import FEATURES, LIVE
from tests.tiny_bundle import ALPHABET, build


def test_self_tests_are_replayed_in_chunks(live: Path, tiny: Path) -> None:
    results = check_bundle(live)
    assert [one.name for one in results] == ["noise-1", "noise-2", "noise-1, in chunks", "noise-2, in chunks"]
    assert all(one.ok for one in results)
    assert [one.expected for one in results[:2]] == [one.expected for one in results[2:]]
    assert not any("in chunks" in one.name for one in check_bundle(tiny))


def test_a_graph_that_is_not_the_models_own_is_found_out(live: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.srnn"
    other.write_bytes(live.read_bytes())
    amend_bundle(other, {layout.STREAMING_GRAPH: export_streaming_onnx(*build(FEATURES, LIVE, seed=4), ALPHABET)})
    assert [one.ok for one in check_bundle(other)] == [True, True, False, False]
