"""What goes into a model file comes out of it, and nothing half-written is ever found."""

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn import __version__, atomic
from speechrnn.bundle import layout
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.write import write_bundle
from speechrnn.errors import BundleError
from tests.tiny_bundle import contents, contents_on_stored_features


def test_everything_written_is_read_back(tmp_path: Path) -> None:
    given = contents()
    write_bundle(tmp_path / "model.srnn", given)
    bundle = read_bundle(tmp_path / "model.srnn")
    assert bundle.model == given.model
    assert bundle.manifest.speechrnn_version == __version__
    assert bundle.recipe_yaml() == given.recipe_yaml
    assert bundle.card() == given.card
    assert bundle.result() == given.result
    assert bundle.read(layout.GRAPH) == given.graph
    weights = bundle.weights()
    assert weights.keys() == given.weights.keys()
    for name, value in given.weights.items():
        np.testing.assert_array_equal(weights[name], value, strict=True)


def test_self_test_audio_is_kept_to_24_bits(tmp_path: Path) -> None:
    given = contents()
    write_bundle(tmp_path / "model.srnn", given)
    found = read_bundle(tmp_path / "model.srnn").self_tests()
    assert [test.name for test in found] == ["noise-1", "noise-2", "noise-3"]
    for one, other in zip(found, given.self_tests, strict=True):
        assert one.audio is not None
        assert other.audio is not None
        assert one.audio.sample_rate_hz == other.audio.sample_rate_hz
        np.testing.assert_allclose(one.audio.samples, other.audio.samples, atol=2**-23)
        assert (one.expected_text, one.expected_score) == (other.expected_text, other.expected_score)


def test_self_test_features_are_kept_exactly(tmp_path: Path) -> None:
    given = contents_on_stored_features()
    write_bundle(tmp_path / "model.srnn", given)
    bundle = read_bundle(tmp_path / "model.srnn")
    (found,) = bundle.self_tests()
    assert found.audio is None
    np.testing.assert_array_equal(found.static, given.self_tests[0].static, strict=True)
    assert bundle.read(layout.ACOUSTIC_GRAPH) == given.acoustic_graph


def test_the_same_contents_give_the_same_bytes(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a.srnn", contents())
    write_bundle(tmp_path / "b.srnn", contents())
    assert (tmp_path / "a.srnn").read_bytes() == (tmp_path / "b.srnn").read_bytes()


def test_any_unzip_can_read_it_and_the_manifest_comes_first(tiny: Path) -> None:
    with zipfile.ZipFile(tiny) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "manifest.json"
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["format_version"] == 4
        assert manifest["model"]["input"] == "waveform"
        assert json.loads(archive.read("alphabet.json")) == {
            "blank": 0,
            "symbols": manifest["model"]["symbols"],
            "unit": manifest["model"]["unit"],
        }


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_never_written(tmp_path: Path, value: float) -> None:
    given = contents()
    bad = np.array([1.0, value], dtype=np.float32)
    with pytest.raises(BundleError, match="weights head.bias: not finite"):
        write_bundle(tmp_path / "model.srnn", replace(given, weights={**given.weights, "head.bias": bad}))
    assert list(tmp_path.iterdir()) == []


def test_a_self_test_without_a_graph_for_it_is_refused(tmp_path: Path) -> None:
    stored = contents_on_stored_features()
    with pytest.raises(BundleError, match="self-test cepstra: wanted audio, or else features together with the graph"):
        write_bundle(tmp_path / "model.srnn", replace(stored, acoustic_graph=None))


def test_a_self_test_with_a_score_that_is_no_number_is_refused(tmp_path: Path) -> None:
    given = contents()
    bad = replace(given.self_tests[0], expected_score=float("nan"))
    with pytest.raises(BundleError, match="noise-1: expected score nan, a finite number was wanted"):
        write_bundle(tmp_path / "model.srnn", replace(given, self_tests=(bad,)))


def test_a_write_that_fails_leaves_the_old_model_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.srnn"
    path.write_bytes(b"the old model")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(BundleError, match="cannot write the model .No space left on device"):
        write_bundle(path, contents())
    assert path.read_bytes() == b"the old model"
    assert os.listdir(tmp_path) == ["model.srnn"]


def test_the_folder_is_made_when_absent(tmp_path: Path) -> None:
    write_bundle(tmp_path / "runs" / "tiny" / "model.srnn", contents())
    assert read_bundle(tmp_path / "runs" / "tiny" / "model.srnn").model.name == "tiny"
