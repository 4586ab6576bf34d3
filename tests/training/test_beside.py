"""Greedy decoding beside another decoder, worked by hand."""

from dataclasses import replace

import pytest

from speechrnn.decoding.hypothesis import Hypothesis
from speechrnn.recipe.load import parse_recipe
from speechrnn.scoring.errors import score
from speechrnn.training.beside import Beside, set_beside_greedy
from speechrnn.training.evaluate import Decoded, Evaluation

RECIPE = parse_recipe("name: x\ncorpus: {name: fsdd}\n", "x")
SAID = ["a b", "c d", "e f", "g"]
GREEDY = ["a b", "c x", "e x", "g"]  # two errors in seven words
SEARCHED = ["a b", "c d", "e f", "g g"]  # one


def decoded(texts: list[str]) -> tuple[Decoded, ...]:
    return tuple(Decoded(f"u{n}", said, heard, -1.0) for n, (said, heard) in enumerate(zip(SAID, texts, strict=True)))


def evaluation() -> Evaluation:
    hypotheses = tuple((Hypothesis((1,), -9.0, (0,), (0.5, -2.0)),) for _ in SAID)
    return Evaluation(
        decoded=decoded(SEARCHED),
        score=score(SAID, SEARCHED),
        loss=0.5,
        blank_rate=0.25,
        seconds=2.0,
        audio_seconds=40.0,
        greedy=decoded(GREEDY),
        hypotheses=hypotheses,
        settings={"decoder": "beam", "lm": "toy"},
        decoder_seconds=1.0,
    )


def beside(graphs: tuple[str, ...] = ("hotwords", "lm")) -> Beside:
    return set_beside_greedy(evaluation(), RECIPE, "dev", graphs)


def test_errors_and_changes_are_counted() -> None:
    one = beside()
    assert one.greedy.errors == 2
    assert "decoder:greedy" in one.greedy.signature
    assert (one.changed, one.better, one.worse) == (3, 2, 1)
    assert one.paired.gain == pytest.approx(100 / 7)
    assert one.paired.relative_gain == pytest.approx(50.0)
    assert (one.decoder_seconds, one.decoder_rtf) == (1.0, 0.025)


def test_the_language_model_is_the_part_of_its_name_per_word_heard() -> None:
    assert beside().lm_per_word == pytest.approx(4 * -2.0 / 8)
    assert beside(("lm", "hotwords")).lm_per_word == pytest.approx(4 * 0.5 / 8)
    assert beside(("hotwords",)).lm_per_word is None


def test_json_and_lines_tell_the_same() -> None:
    values, text = beside().to_json(), "\n".join(beside().lines())
    assert (values["greedy"]["errors"], values["changed"], values["better"], values["worse"]) == (2, 3, 2, 1)
    assert values["paired"]["gain"] == pytest.approx(100 / 7)
    assert "+14.29 points of WER gained" in text
    assert "50.0 % of its errors" in text
    assert "3 of 4 utterances read otherwise: 2 better, 1 worse" in text
    assert "language model: -1.00 of log score a word, bonus included\ndecoder alone: 1.0 s of one core" in text
    assert "language model" not in "\n".join(replace(beside(), lm_per_word=None).lines())
