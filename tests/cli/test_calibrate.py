"""`speechrnn calibrate`, and what `transcribe` and `decode` make of its work."""

import json
import shutil
from pathlib import Path

import pytest

from speechrnn.bundle import layout
from speechrnn.bundle.amend import amend_bundle
from tests.cli.conftest import Door
from tests.conftest import Mini


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A run folder of one's own."""
    (tmp_path / "run").mkdir()
    shutil.copy(trained / "model.srnn", tmp_path / "run")
    return tmp_path / "run"


def test_a_model_without_confidence_gets_it(main: Door, mini: Mini, run: Path) -> None:
    amend_bundle(run / "model.srnn", {layout.CONFIDENCE: None})
    sound = mini.corpus / "test" / "00.wav"
    refused = main("transcribe", sound, "-m", run, "--min-confidence", "0.5")
    assert (refused.code, refused.stdout, len(refused.errors)) == (2, "", 1)
    assert "has no calibrated confidence; run speechrnn calibrate" in refused.errors[0]
    assert (
        json.loads(main("transcribe", sound, "-m", run, "-f", "json").stdout)["probability_kind"][:12] == "uncalibrated"
    )
    done = main("calibrate", run, "--data", mini.data)
    assert (done.code, done.errors) == (0, [])
    assert done.stdout.startswith(f"{run / 'model.srnn'}: confidence fitted on dev: ")
    value = json.loads(main("transcribe", sound, "-m", run, "-f", "json").stdout)
    assert value["probability_kind"] == "calibrated: probability that the word is right, fitted on dev"
    assert 0 < value["probability"] < 1


def test_split_says_what_is_fitted_to(main: Door, mini: Mini, run: Path) -> None:
    done = main("calibrate", run, "--data", mini.data, "--split", "train", "-j", "1")
    assert "confidence fitted on train: " in done.stdout
    ended = main("calibrate", run, "--data", mini.data, "--split", "eval")
    assert (ended.code, ended.stdout, len(ended.errors)) == (2, "", 1)


@pytest.mark.parametrize("option", ["--min-confidence", "--min_confidence"])
def test_words_below_the_confidence_asked_for_are_shown_as_rejected(
    main: Door, mini: Mini, run: Path, option: str
) -> None:
    sound = mini.corpus / "test" / "00.wav"
    plain = main("transcribe", sound, "-m", run).stdout.split()
    assert plain
    assert main("transcribe", sound, "-m", run, option, "0").stdout.split() == plain
    assert main("transcribe", sound, "-m", run, option, "1").stdout.split() == [f"[{word}?]" for word in plain]
    words = json.loads(main("transcribe", sound, "-m", run, option, "1", "-f", "json").stdout)["segments"][0]["words"]
    assert [(word["word"], word["rejected"]) for word in words] == [(f" {word}", True) for word in plain]


def test_decode_says_how_far_confidence_can_be_trusted_and_what_it_keeps(main: Door, mini: Mini, run: Path) -> None:
    plain = json.loads(main("decode", run, "--data", mini.data, "--json").stdout)
    assert 0 <= plain["calibration_error"] < 1
    assert "kept" not in plain
    strict = json.loads(main("decode", run, "--data", mini.data, "--json", "--min-confidence", "1").stdout)
    assert (strict["kept"], strict["wer"]) == (0.0, plain["wer"])
    text = main("decode", run, "--data", mini.data, "--min-confidence", "0.001").stdout
    assert "confidence: expected calibration error 0." in text
    assert "confidence of 0.0010 and more: 100.0 % of words are kept" in text


def test_target_precision_is_had_from_dev_or_refused(main: Door, mini: Mini, run: Path) -> None:
    low = json.loads(main("decode", run, "--data", mini.data, "--json", "--target-precision", "0.3").stdout)
    assert low["min_confidence"] > 0
    for command in (("decode", run, "--data", mini.data), ("transcribe", mini.corpus / "test" / "00.wav", "-m", run)):
        ended = main(*command, "--target-precision", "0.9999")
        assert (ended.code, ended.stdout, len(ended.errors)) == (2, "", 1)
        assert ended.errors[0].startswith("error: --target-precision: 0.9999 came, and dev shows 0.")
        both = main(*command, "--target-precision", "0.9", "--min-confidence", "0.9")
        assert (both.code, len(both.errors)) == (2, 1)
