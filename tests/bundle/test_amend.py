"""Optional members come and go, and nothing else in a model file changes."""

import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.read import read_bundle
from speechrnn.errors import BundleError


@pytest.fixture
def model(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(tiny, tmp_path / "model.srnn"))


def test_a_member_is_put_in_and_the_others_stay(model: Path, tiny: Path) -> None:
    amend_bundle(model, {layout.LEXICON: b"a\ta\n"})
    before, after = read_bundle(tiny), read_bundle(model)
    assert after.read(layout.LEXICON) == b"a\ta\n"
    assert {name: after.read(name) for name in before.manifest.digests} == {
        name: before.read(name) for name in before.manifest.digests
    }
    assert after.model == before.model
    assert all(result.ok for result in check_bundle(model))


def test_what_was_put_in_and_taken_out_leaves_the_file_as_it_was(model: Path, tiny: Path) -> None:
    amend_bundle(model, {layout.LEXICON: b"a\ta\n", layout.GRAMMAR: b"a\n"})
    amend_bundle(model, {layout.LEXICON: None, layout.GRAMMAR: None})
    assert model.read_bytes() == tiny.read_bytes()


def test_a_member_that_is_there_is_replaced(model: Path) -> None:
    for content in (b"a\ta\n", b"b\tb\n"):
        amend_bundle(model, {layout.LEXICON: content})
        assert read_bundle(model).read(layout.LEXICON) == content


def test_the_rest_of_a_model_cannot_be_changed(model: Path) -> None:
    with pytest.raises(ValueError, match=r"weights\.safetensors came, only"):
        amend_bundle(model, {layout.WEIGHTS: b""})


def test_a_damaged_model_is_not_written_anew(model: Path) -> None:
    data = bytearray(model.read_bytes())
    data[data.index(b"speechrnn waveform") + 3] ^= 1
    model.write_bytes(data)
    with pytest.raises(BundleError, match=r"model\.onnx cannot be read"):
        amend_bundle(model, {layout.LEXICON: b"a\ta\n"})
    assert model.read_bytes() == bytes(data)
