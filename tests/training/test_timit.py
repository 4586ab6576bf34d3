"""TIMIT in miniature through its own recipe: trained on 48 phones, scored on 39."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn.decoding.clues import Clues
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.resources import Resources
from speechrnn.lm.tune import TuneOptions, _Tuner
from speechrnn.recipe import DecodingConfig
from speechrnn.recipe.load import load_recipe
from speechrnn.text.alphabet import Alphabet
from speechrnn.training import evaluate as evaluate_module
from speechrnn.training.decode import decode_split
from speechrnn.training.evaluate import Search
from speechrnn.training.posteriors import Utterance
from speechrnn.training.run import train
from speechrnn.training.run_folder import RunResult
from tests.corpora.hosts.english import timit
from tests.mini_corpus import Silent

RECIPE = Path(__file__).parents[2] / "recipes" / "timit.yaml"
SHORT = (
    "training.epochs=2",
    "model.layers=1",
    "model.size=8",
    "model.residual=false",
    "decoding.bootstrap_samples=100",
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Give what came of two steps: two epochs of the one utterance that train has."""
    data = timit(tmp_path_factory.mktemp("data") / "timit").parent
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("speechrnn.training.run.draw_curves", lambda *arguments: None)
        return train(load_recipe(RECIPE, SHORT), data, data / "run", Silent())


def test_a_phone_is_a_label_and_the_signature_says_how_it_is_scored(done: RunResult) -> None:
    assert done.result.words == 5
    assert "|options:num_phones=48|split:test|" in done.result.signature
    assert "|removed:none|scored_as:timit39|decoder:greedy" in done.result.signature
    _, line = (done.run / "hypotheses_test.tsv").read_text().splitlines()
    assert line.split("\t")[3] == "sil sh iy ah sil"  # ax is scored as ah


@pytest.mark.parametrize(
    ("heard", "errors"),
    [("sil sh iy ax sil", 0), ("epi zh iy ah vcl", 0), ("h# q sh iy ax-h q pau", 0), ("sil sil sh ih ax sil", 2)],
)
def test_phones_of_one_class_count_as_one_wherever_a_score_is_made(
    done: RunResult, heard: str, errors: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alphabet = Alphabet.of([heard], "word")
    monkeypatch.setattr(Alphabet, "decode", lambda self, labels: heard)
    monkeypatch.setattr(evaluate_module, "find_clues", lambda log_probs, read, _: clues_of(len(alphabet.encode(heard))))
    decoding = decode_split(done.run / "model.srnn", "test", done.run.parent, tmp_path / "heard.tsv", Silent())
    assert (decoding.result.errors, decoding.result.words) == (errors, 5)
    assert decoding.decoded[0].reference == "sil sh iy ah sil"
    assert sum(1 for line in decoding.lines(5) if "confusions" in line) == (errors > 0)


def clues_of(words: int) -> Clues:
    return Clues(np.full((words, 3), -0.1), np.zeros(3))


def test_a_phone_that_is_not_scored_gets_no_confidence_either() -> None:
    alphabet = Alphabet.of(["h# q ao"], "word")
    best = alphabet.encode("h# q ao q")
    log_probs = np.log(np.full((4, alphabet.size), 0.1) + 0.6 * np.eye(alphabet.size)[best])
    search = Search(decoder=build_decoder(DecodingConfig(), alphabet), clues=True)
    every, scored = (found.clues for found in (search(log_probs), replace(search, rule="timit39")(log_probs)))
    assert every is not None
    assert scored is not None
    assert every.words.shape == (4, 3)
    assert (scored.words == every.words[[0, 2]]).all()


def test_a_language_model_is_tuned_to_the_errors_that_are_scored() -> None:
    tuner = _Tuner(TuneOptions(lm=Path("lm.bin")), Resources(), Alphabet.of(["zh"], "word"), "timit39")
    tuner.utterances = [Utterance("one", "sh ao q", np.zeros((1, 2), dtype=np.float32))]
    assert tuner.score(["zh aa"]).words.errors == 0
    assert tuner.score(["zh"]).words.errors == 1
