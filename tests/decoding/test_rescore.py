"""Rescoring of n-best lists."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.decoding.language_model import LanguageModel
from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.decoding.rescore import rescore
from speechrnn.decoding.resources import Resources
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet
from tests.decoding.toy_ngram import toy_bigram
from tests.decoding.toy_recurrent import toy_lm

LETTERS = Alphabet((" ", "a", "b"))
NBEST = [
    Hypothesis((2, 1, 3), -1.0, (0, 1, 2), (0.5,)),
    Hypothesis((1, 2, 1, 1, 3), -1.5, (0, 1, 2, 3, 4), (0.25,)),
    Hypothesis((3,), -2.0, (1,), (0.0,)),
    Hypothesis((), -3.0, (), (0.0,)),
]
KINDS: list[Callable[[], NgramModel | RecurrentLm]] = [
    toy_lm,
    lambda: toy_lm(("a", "b"), unit="word"),
    lambda: toy_bigram(["<space>", "a", "b"]),
    lambda: toy_bigram(["a", "b"]),
]
EXACT = DecodingConfig(kind="beam", beam_size=1000, beam_threshold=None, token_threshold=None, blank_skip=1.0)


def text(hypothesis: Hypothesis) -> str:
    return " ".join(LETTERS.decode(hypothesis.labels).split())


def test_no_weight_changes_no_score_and_no_order() -> None:
    rescored = rescore(NBEST, toy_lm(), LETTERS, 0.0)
    assert [(one.labels, one.score, one.frames) for one in rescored] == [
        (one.labels, one.score, one.frames) for one in NBEST
    ]
    assert [one.parts for one in rescored] == [(0.5, 0.0), (0.25, 0.0), (0.0, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_sums_of_their_parts_and_sorted(kind: Callable[[], NgramModel | RecurrentLm]) -> None:
    model = kind()
    rescored = rescore(NBEST, model, LETTERS, 2.0)
    before = {one.labels: one for one in NBEST}
    assert [one.score for one in rescored] == sorted((one.score for one in rescored), reverse=True)
    assert len(rescored) == len(NBEST)
    for one in rescored:
        part = 2.0 * model.score_text(text(one))
        assert one.parts == pytest.approx((*before[one.labels].parts, part), abs=1e-5)
        assert one.score == pytest.approx(before[one.labels].score + part, abs=1e-5)


def test_a_heavy_model_turns_the_order_over() -> None:
    model = toy_lm()
    likeliest = max(NBEST, key=lambda one: model.score_text(text(one)))
    assert likeliest.labels != NBEST[0].labels
    assert rescore(NBEST, model, LETTERS, 100.0)[0].labels == likeliest.labels


def test_equals_stay_in_their_order_and_nothing_stays_nothing() -> None:
    twins = [Hypothesis((2,), -1.0, (4,)), Hypothesis((2,), -1.0, (3,))]
    assert [one.frames for one in rescore(twins, toy_lm(), LETTERS, 1.0)] == [(4,), (3,)]
    assert rescore([], toy_lm(), LETTERS, 1.0) == []


def decoded(weight: float, nbest: int = 5) -> list[Hypothesis]:
    config = replace(EXACT, rescore="toy", rescore_weight=weight)
    resources = Resources(rescorer=LanguageModel(toy_lm(), "toy"))
    return build_decoder(config, LETTERS, resources).decode(LOG_PROBS, nbest)


LOG_PROBS = np.log(np.random.default_rng(5).dirichlet(np.full(LETTERS.size, 0.6), size=4) + 1e-12)


def test_a_decoder_with_a_second_model_ranks_the_whole_search_anew() -> None:
    everything = build_decoder(EXACT, LETTERS, Resources()).decode(LOG_PROBS, 1000)
    model = toy_lm()
    # Beyond the ones that are ranked anew lie none so likely that the second model could bring them back.
    expected = sorted(everything[:100], key=lambda one: -(one.score + 3.0 * model.score_text(text(one))))
    found = decoded(3.0)
    assert [one.labels for one in found] == [one.labels for one in expected[:5]]
    assert [one.labels for one in found] != [one.labels for one in everything[:5]]
    assert [one.frames for one in found] == [one.frames for one in expected[:5]]


def test_a_second_model_without_weight_leaves_the_search_as_it_was() -> None:
    everything = build_decoder(EXACT, LETTERS, Resources()).decode(LOG_PROBS, 5)
    assert [(one.labels, one.frames) for one in decoded(0.0)] == [(one.labels, one.frames) for one in everything]


def test_the_second_model_and_its_weight_are_named_among_the_settings(tmp_path: Path) -> None:
    write_ngram(tmp_path / "second.bin", toy_bigram(["a", "b"]))
    config = replace(EXACT, rescore=str(tmp_path / "second.bin"), rescore_weight=0.75)
    decoder = build_decoder(config, LETTERS)
    settings = decoder.settings()
    assert str(settings["rescore"]).startswith("second.bin@")
    assert settings["rescore_weight"] == 0.75
    assert decoder.part_names == ("rescore",)
