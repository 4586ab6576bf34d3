"""Tuning a language model, on utterances made so that one knows what it must find."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.decoding import read_decoding, stored_decoder
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import UsageError
from speechrnn.lm import tune as tune_module
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.lm.tune import Tuned, TuneOptions, tune
from speechrnn.recipe import DecodingConfig
from speechrnn.scoring.errors import score
from speechrnn.text.alphabet import Unit
from speechrnn.training.posteriors import Utterance
from tests.conftest import Mini
from tests.mini_corpus import Silent
from tests.tiny_bundle import ALPHABET

SAID = ["abc cab", "cab abc", "abc abc cab", "é abc", "cab é cab", "abc é"]


def utter(text: str, rng: np.random.Generator, noise: float) -> np.ndarray:
    """Make log-probabilities `(time, vocab)` that spell a text, two frames a label, wrong where the noise is loud."""
    labels = [label for one in ALPHABET.encode(text) for label in (one, 0)]
    logits = noise * rng.standard_normal((len(labels), ALPHABET.size))
    logits[np.arange(len(labels)), labels] += 3.0
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def model(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model file whose corpus is noisy, and that is not calibrated, which takes a corpus."""
    rng = np.random.default_rng(0)
    utterances = [Utterance(f"u{n}", text, utter(text, rng, 2.0)) for n, text in enumerate(SAID * 3)]
    monkeypatch.setattr(tune_module, "_read_split", lambda *arguments: utterances)
    monkeypatch.setattr(tune_module, "calibrate_model", lambda *arguments: None)
    monkeypatch.setattr(tune_module, "describe_fit", lambda fit: "calibrated")
    return Path(shutil.copy(tiny, tmp_path / "model.srnn"))


def language_model(folder: Path, lines: list[str], unit: Unit) -> Path:
    write_ngram(folder / "lm.bin", estimate_lm(lines, BuildOptions(unit=unit, order=3)))
    return folder / "lm.bin"


def tuned(model: Path, **options: object) -> Tuned:
    return tune(model, TuneOptions(**options), model.parent, Silent())  # type: ignore[arg-type]


def texts(decoder: Decoder) -> list[str]:
    utterances: list[Utterance] = tune_module._read_split()  # type: ignore[call-arg]
    return [decoder.text(decoder.decode(one.log_probs)[0]) for one in utterances]


@pytest.mark.parametrize("unit", ["word", "character"])
def test_a_language_model_that_helps_goes_into_the_model_with_the_best_weights_found(
    model: Path, tmp_path: Path, unit: Unit
) -> None:
    result = tuned(model, lm=language_model(tmp_path, SAID, unit), beam=30)
    assert result.best is not None
    figure = {"word": "wer", "character": "cer"}[unit]
    assert result.metric == figure
    found = [getattr(point.score, figure) for point in result.points]
    assert getattr(result.best.score, figure) == min(found) < getattr(result.greedy, figure)
    decoder = stored_decoder(read_bundle(model))
    assert (decoder.config.alpha, decoder.config.beta) == (result.best.alpha, result.best.beta)
    again = score(SAID * 3, texts(decoder))
    assert getattr(again, figure) == pytest.approx(getattr(result.best.score, figure))
    assert read_decoding(read_bundle(model)).measured["tuned"][figure] == pytest.approx(min(found))
    checks = check_bundle(model)
    assert [check.ok for check in checks] == [True] * 6


def test_a_language_model_that_cannot_help_leaves_the_model_as_it_was(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear = [Utterance(text, text, utter(text, np.random.default_rng(0), 0.1)) for text in SAID]
    monkeypatch.setattr(tune_module, "_read_split", lambda *arguments: clear)
    before = model.read_bytes()
    result = tuned(model, lm=language_model(tmp_path, SAID, "word"))
    assert result.best is None
    assert result.greedy.wer == 0
    assert model.read_bytes() == before
    assert "left as it was, alpha 0: no weights beat greedy decoding on dev" in result.lines()[-1]
    assert result.measured()["tuned"] == result.measured()["greedy"]


def _words(folder: Path, text: str) -> Path:
    (folder / "words.txt").write_text(text)
    return folder / "words.txt"


def test_the_searches_of_every_point_are_told(model: Path, tmp_path: Path) -> None:
    result = tuned(model, lm=language_model(tmp_path, SAID, "word"), beam=30)
    weights = [(point.alpha, point.beta) for point in result.points]
    assert 3 < len(weights) <= 8
    assert len(set(weights)) == len(weights)
    assert [line for line in result.lines() if line.startswith("alpha ")] == [
        line for line in result.lines() if "beta" in line and "now holds" not in line
    ]


def test_the_metric_and_the_beam_are_those_asked_for(model: Path, tmp_path: Path) -> None:
    lm = language_model(tmp_path, SAID, "word")
    assert tuned(model, lm=lm, metric="cer", beam=30).metric == "cer"
    assert stored_decoder(read_bundle(model)).config.beam_size == 30
    assert [point.score for point in tuned(model, lm=lm, beam=1).points] != [
        point.score for point in tuned(model, lm=lm, beam=30).points
    ]


def test_a_lexicon_goes_into_the_model_and_closes_it(model: Path, tmp_path: Path) -> None:
    lm = language_model(tmp_path, SAID, "word")
    assert tuned(model, lm=lm, lexicon=_words(tmp_path, "abc\ncab\n"), beam=30).best is not None
    decoder = stored_decoder(read_bundle(model))
    assert {word for text in texts(decoder) for word in text.split()} == {"abc", "cab"}


def test_a_grammar_that_goes_with_the_old_decoder_is_named(model: Path, tmp_path: Path) -> None:
    lm = language_model(tmp_path, SAID, "word")
    (tmp_path / "g.txt").write_text("(abc | cab)+\n")
    config = DecodingConfig(kind="beam", grammar=str(tmp_path / "g.txt"))
    store_decoder(model, build_decoder(config, ALPHABET), {})
    reporter = Silent()
    assert tune(model, TuneOptions(lm=lm, beam=30), tmp_path, reporter).best is not None
    assert f"note: {model}: held the grammar g.txt" in "\n".join(reporter.lines)
    assert read_decoding(read_bundle(model)).config.grammar is None


def test_a_language_model_that_cannot_be_used_shows_before_any_work(model: Path, tmp_path: Path) -> None:
    lm = language_model(tmp_path, ["XYZ"], "word")
    with pytest.raises(UsageError, match="1 words came, 'XYZ' the first, and the alphabet"):
        tuned(model, lm=lm)


def test_a_split_that_is_not_there_is_named(mini: Mini, trained: Path, tmp_path: Path) -> None:
    lm = language_model(tmp_path, ["ab cd"], "character")
    with pytest.raises(UsageError, match="no split 'eval'; --split takes train, dev, test"):
        tune(trained / "model.srnn", TuneOptions(lm=lm, split="eval"), mini.data, Silent())
