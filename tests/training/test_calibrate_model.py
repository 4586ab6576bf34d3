"""The confidence in a model file: there after training, and fitted anew for the decoder the file holds."""

import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.confidence import read_confidence
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import build_decoder
from speechrnn.errors import UsageError
from speechrnn.recipe import DecodingConfig
from speechrnn.training.calibrate_model import calibrate_model, describe_fit
from tests.conftest import Mini
from tests.mini_corpus import Silent


@pytest.fixture
def model(trained: Path, tmp_path: Path) -> Path:
    """A model file of one's own."""
    return Path(shutil.copy(trained / "model.srnn", tmp_path / "model.srnn"))


def test_training_leaves_a_model_with_the_confidence_that_calibrating_gives(mini: Mini, model: Path) -> None:
    before = read_bundle(model)
    stored = read_confidence(before)
    assert stored is not None
    assert (stored.measured["split"], stored.measured["utterances"]) == ("dev", 5)
    amend_bundle(model, {layout.CONFIDENCE: None})
    assert read_confidence(read_bundle(model)) is None
    assert calibrate_model(model, "dev", mini.data, Silent()) == stored
    after = read_bundle(model)
    assert {name: after.read(name) for name in after.manifest.digests} == {
        name: before.read(name) for name in before.manifest.digests
    }


def test_another_split_and_another_decoder_are_fitted_to(mini: Mini, model: Path) -> None:
    other_split = calibrate_model(model, "train", mini.data, Silent())
    assert other_split is not None
    assert (other_split.measured["split"], other_split.measured["utterances"]) == ("train", 24)
    beam = build_decoder(DecodingConfig(kind="beam", beam_size=4), read_bundle(model).model.alphabet)
    store_decoder(model, beam, {})
    other_decoder = calibrate_model(model, "dev", mini.data, Silent())
    assert other_decoder is not None
    assert other_decoder.fitted_to.startswith("decoder beam, beam 4")


def test_a_split_that_is_not_there_is_refused(mini: Mini, model: Path) -> None:
    with pytest.raises(UsageError, match="no split 'eval'; --split takes train, dev, test"):
        calibrate_model(model, "eval", mini.data, Silent())


def test_a_fit_is_told_in_one_line(model: Path) -> None:
    line = describe_fit(read_confidence(read_bundle(model)))
    assert line.startswith("confidence fitted on dev: ")
    assert "expected calibration error 0." in line
    assert describe_fit(None) == "no word was heard, so there is nothing to fit confidence to"
