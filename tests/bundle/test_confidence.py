"""Which words a model file rejects."""

import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.confidence import Wanted, open_judge, read_confidence
from speechrnn.bundle.read import read_bundle
from speechrnn.decoding.confidence import Confidence, OperatingPoint, to_json
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.logistic import Logistic
from speechrnn.errors import BundleError, UsageError
from speechrnn.recipe import DecodingConfig
from tests.tiny_bundle import ALPHABET

LOGISTIC = Logistic(0.1, (1.0, -2.0, 0.5), (0.0, 0.25, 3.0), (1.0, 2.0, 0.5))
POINTS = (OperatingPoint(0.4, 0.9, 0.8), OperatingPoint(0.7, 0.97, 0.5))
CONFIDENCE = Confidence(LOGISTIC, LOGISTIC, "decoder greedy, lm none", POINTS, {"split": "dev"})


def greedy() -> Decoder:
    return build_decoder(DecodingConfig(), ALPHABET)


@pytest.fixture
def model(tiny: Path, tmp_path: Path) -> Path:
    """A model file with a confidence."""
    path = Path(shutil.copy(tiny, tmp_path / "model.srnn"))
    amend_bundle(path, {layout.CONFIDENCE: to_json(CONFIDENCE).encode()})
    return path


def test_the_confidence_reads_back_from_the_file(model: Path, tiny: Path) -> None:
    assert read_confidence(read_bundle(model)) == CONFIDENCE
    assert read_confidence(read_bundle(tiny)) is None


@pytest.mark.parametrize(
    ("wanted", "least"),
    [
        (Wanted(), 0.0),
        (Wanted(min_confidence=0.3), 0.3),
        (Wanted(target_precision=0.9), 0.4),
        (Wanted(target_precision=0.95), 0.7),
    ],
)
def test_the_threshold_is_the_one_wanted_or_shown_on_dev(model: Path, wanted: Wanted, least: float) -> None:
    judge = open_judge(read_bundle(model), greedy(), wanted)
    assert judge is not None
    assert judge.least == least
    assert judge.kind == "calibrated: probability that the word is right, fitted on dev"


def test_another_decoder_than_it_was_fitted_to_is_named(model: Path) -> None:
    beam = build_decoder(DecodingConfig(kind="beam"), ALPHABET)
    judge = open_judge(read_bundle(model), beam, Wanted())
    assert judge is not None
    assert judge.kind.startswith("calibrated on dev for another decoder (decoder greedy, lm none)")


def test_without_a_confidence_nothing_is_judged_and_nothing_can_be_rejected(tiny: Path) -> None:
    bundle = read_bundle(tiny)
    assert open_judge(bundle, greedy(), Wanted()) is None
    with pytest.raises(UsageError, match=r"--min-confidence: .* no calibrated confidence; run speechrnn calibrate"):
        open_judge(bundle, greedy(), Wanted(min_confidence=0.5))
    with pytest.raises(UsageError, match="--target-precision: .* no calibrated confidence"):
        open_judge(bundle, greedy(), Wanted(target_precision=0.0))


def test_two_ways_to_want_it_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="--min-confidence: came beside --target-precision"):
        Wanted(min_confidence=0.5, target_precision=0.9)


@pytest.mark.parametrize("content", [b"", b"\xff", b"{}", b'{"points": []}'])
def test_a_confidence_laid_out_otherwise_is_refused(model: Path, content: bytes) -> None:
    amend_bundle(model, {layout.CONFIDENCE: content})
    with pytest.raises(BundleError, match=r"model\.srnn: confidence\.json cannot be used .*; calibrate again"):
        read_confidence(read_bundle(model))
