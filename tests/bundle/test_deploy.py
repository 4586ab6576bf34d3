"""What an exported model needs and what it may not: its metadata suffices, a small model file does the same."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from speechrnn import __version__
from speechrnn.bundle import deploy, layout
from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.deploy import default_path, export_model
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.bundle.target import Target
from speechrnn.decoding.decoder import build_decoder
from speechrnn.errors import BundleError, UsageError
from speechrnn.recipe import DecodingConfig, ModelConfig
from speechrnn.transcription.recognizer import Recognizer
from tests.deployable import deployable, in_words, written
from tests.tiny_bundle import ALPHABET, contents_on_stored_features, noise


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return written(tmp_path_factory.mktemp("deploy") / "tiny.srnn", deployable())


def read_by_its_metadata(path: Path, samples: np.ndarray) -> str:
    """Run a graph knowing nothing but what it says of itself."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    (scores,) = session.run([about["output"]], {about["input"]: samples[np.newaxis]})
    path_of_labels, glue = scores[0].argmax(1), " " if about["unit"] == "word" else ""
    spelt = [about["labels"].split("\n")[label] for label, _ in itertools.groupby(path_of_labels)]
    return " ".join(glue.join(symbol for symbol in spelt if symbol).split())


@pytest.mark.parametrize("words", [False, True])
def test_the_metadata_suffices_to_read_what_the_model_reads(tmp_path: Path, words: bool) -> None:
    given = deployable()
    model = written(tmp_path / "m.srnn", in_words(given) if words else given)
    export_model(model, Target.ONNX, tmp_path / "m.onnx")
    for test in model.self_tests():
        assert test.audio is not None
        expected = " ".join(test.expected_text.split())
        assert read_by_its_metadata(tmp_path / "m.onnx", test.audio.samples) == expected != ""


def test_the_metadata_says_all_of_it(bundle: Bundle, tmp_path: Path) -> None:
    export_model(bundle, Target.ONNX, tmp_path / "m.onnx")
    assert {one.key: one.value for one in onnx.load(tmp_path / "m.onnx").metadata_props} == {
        "name": "tiny",
        "input": "samples",
        "output": "log_probs",
        "sample_rate_hz": "8000",
        "min_samples": "200",
        "output_step_seconds": "0.03",
        "unit": "character",
        "labels": "\n \na\nb\nc\né",
        "blank": "0",
        "card": "# tiny\n\nRandom weights; licence: none needed.\n",
        "speechrnn_version": __version__,
    }


def test_the_shortest_audio_the_metadata_allows_gives_a_frame(bundle: Bundle, tmp_path: Path) -> None:
    export_model(bundle, Target.ONNX_INT8, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx", providers=["CPUExecutionProvider"])
    least = int(session.get_modelmeta().custom_metadata_map["min_samples"])
    assert session.run(None, {"samples": noise(1).samples[np.newaxis, :least]})[0].shape == (1, 1, ALPHABET.size)


def test_a_small_model_passes_its_own_check_and_has_no_weights(bundle: Bundle, tmp_path: Path) -> None:
    exported = export_model(bundle, Target.ONNX_INT8, tmp_path / "small.srnn")
    small = read_bundle(tmp_path / "small.srnn")
    assert [one.ok for one in check_bundle(small.path)] == [True] * 3
    assert bundle.manifest.digests.keys() - small.manifest.digests.keys() == {layout.WEIGHTS}
    assert exported.num_bytes == small.path.stat().st_size < exported.own_bytes
    assert [test.expected_text for test in small.self_tests()] == [test.text for test in exported.tests]
    assert [test.expected_score for test in small.self_tests()] == [test.score for test in exported.tests]
    with pytest.raises(BundleError, match="made for use alone by speechrnn export, it holds no weights.safetensors"):
        small.weights()


def test_the_card_of_what_was_rounded_says_so_once(bundle: Bundle, tmp_path: Path) -> None:
    export_model(bundle, Target.ONNX_INT8, tmp_path / "small.srnn")
    export_model(read_bundle(tmp_path / "small.srnn"), Target.ONNX_INT8, tmp_path / "again.srnn")
    assert read_bundle(tmp_path / "again.srnn").card().count("weights rounded to 8 bits") == 1
    assert (tmp_path / "again.srnn").read_bytes() == (tmp_path / "small.srnn").read_bytes()


def test_a_small_model_transcribes_with_the_decoder_of_the_one_it_was_made_from(tmp_path: Path) -> None:
    model = written(tmp_path / "m.srnn", deployable(model=ModelConfig(size=12, layers=1)))
    store_decoder(model.path, build_decoder(DecodingConfig(kind="beam", beam_size=7), ALPHABET), {"wer": 1.5})
    export_model(read_bundle(model.path), Target.ONNX_INT8, tmp_path / "small.srnn")
    assert [one.ok for one in check_bundle(tmp_path / "small.srnn")] == [True] * 6
    big, small = Recognizer.load(model.path), Recognizer.load(tmp_path / "small.srnn")
    assert small.decoder.config == big.decoder.config
    difference = np.abs(small.log_probs(noise(1).samples) - big.log_probs(noise(1).samples)).max()
    assert 0 < difference < 1
    assert small.transcribe(noise(1)).text


def test_both_graphs_of_a_model_on_stored_features_are_rounded(tmp_path: Path) -> None:
    model = written(tmp_path / "m.srnn", contents_on_stored_features())
    exported = export_model(model, Target.ONNX_INT8, tmp_path / "small.srnn")
    small = read_bundle(tmp_path / "small.srnn")
    assert [test.heard for test in exported.tests] == [False]
    for name in (layout.GRAPH, layout.ACOUSTIC_GRAPH):
        assert len(small.read(name)) < len(model.read(name))
    assert export_model(model, Target.ONNX, tmp_path / "m.onnx").tests == ()


def test_a_graph_that_reads_something_else_is_not_exported(tmp_path: Path) -> None:
    given = deployable()
    first = replace(given.self_tests[0], expected_text="another text")
    model = written(tmp_path / "m.srnn", replace(given, self_tests=(first, *given.self_tests[1:])))
    with pytest.raises(BundleError, match="self-test noise-1 differs here; see speechrnn check"):
        export_model(model, Target.ONNX, tmp_path / "m.onnx")
    assert not (tmp_path / "m.onnx").exists()
    assert [test.same for test in export_model(model, Target.ONNX_INT8, tmp_path / "m.onnx").tests].count(False) >= 1


def test_a_small_model_that_fails_its_own_check_never_takes_its_name(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "small.srnn"
    path.write_bytes(b"the one before")
    honest = deploy.small_members

    def other_text(*given: Any) -> dict[str, bytes]:
        members = honest(*given)
        told = members[layout.SELF_TESTS].replace(b'"expected_text": "', b'"expected_text": "not ')
        return members | {layout.SELF_TESTS: told}

    monkeypatch.setattr(deploy, "small_members", other_text)
    with pytest.raises(BundleError, match=f"^{path}: noise-1 gave .*; please report this$"):
        export_model(bundle, Target.ONNX_INT8, path)
    assert path.read_bytes() == b"the one before"
    monkeypatch.setattr(deploy, "small_members", lambda *given: honest(*given) | {layout.GRAPH: b"none"})
    with pytest.raises(BundleError, match=f"^{path}: "):
        export_model(bundle, Target.ONNX_INT8, path)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("small.srnn", b"the one before")]


@pytest.mark.parametrize(
    ("target", "name", "wanted"),
    [
        (Target.ONNX, "x.srnn", "a file ending in .onnx was wanted for --to onnx"),
        (Target.ONNX_INT8, "x.bin", "a file ending in .onnx or .srnn was wanted for --to onnx-int8"),
        (Target.ONNX, "folder.onnx", "a file ending in .onnx was wanted for --to onnx"),
        (Target.SHERPA, "file", "is a file, a folder was wanted for --to sherpa"),
    ],
)
def test_a_path_of_another_kind_is_refused(
    bundle: Bundle, tmp_path: Path, target: Target, name: str, wanted: str
) -> None:
    (tmp_path / "folder.onnx").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=wanted):
        export_model(bundle, target, tmp_path / name)


def test_a_model_is_never_written_over_itself(bundle: Bundle) -> None:
    before = bundle.path.read_bytes()
    with pytest.raises(UsageError, match="is the model itself, which would lose its weights"):
        export_model(bundle, Target.ONNX_INT8, bundle.path)
    assert bundle.path.read_bytes() == before


@pytest.mark.parametrize(
    ("model", "target", "name"),
    [
        ("runs/fsdd/model.srnn", Target.ONNX, "fsdd.onnx"),
        ("runs/fsdd/model.srnn", Target.ONNX_INT8, "fsdd.int8.onnx"),
        ("digits.srnn", Target.ONNX, "digits.onnx"),
        ("digits.srnn", Target.SHERPA, "digits-sherpa"),
        ("digits.srnn", Target.SHERPA_INT8, "digits-sherpa-int8"),
    ],
)
def test_without_a_path_the_file_is_named_after_the_model(model: str, target: Target, name: str) -> None:
    assert default_path(Path(model), target) == Path(name)
