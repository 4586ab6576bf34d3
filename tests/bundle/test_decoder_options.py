"""What a command line asks for, over what a model file says."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from speechrnn.bundle.decoder_options import DecoderOptions, choose_settings, open_decoder
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import UsageError
from speechrnn.recipe import DecodingConfig
from tests.decoding.toy_ngram import toy_bigram
from tests.tiny_bundle import ALPHABET

TUNED = DecodingConfig(kind="beam", lm="an4.bin@01234567", alpha=0.9, beta=3.0)
REJECTING = DecodingConfig(kind="beam", grammar="g.txt", reject_below=-0.5)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    write_ngram(tmp_path / "own.bin", toy_bigram(["a", "ab"]))
    write_ngram(tmp_path / "other.bin", toy_bigram(["a", "é"], seed=2))
    (tmp_path / "words.txt").write_text("a\n")
    (tmp_path / "g.txt").write_text("a [ab]\n")
    return tmp_path


@pytest.fixture
def tuned(files: Path, tiny: Path) -> Bundle:
    """A model file with a language model of its own."""
    model = Path(shutil.copy(tiny, files / "model.srnn"))
    config = DecodingConfig(kind="beam", lm=str(files / "own.bin"), alpha=0.9, beta=3.0)
    store_decoder(model, build_decoder(config, ALPHABET), {})
    return read_bundle(model)


@pytest.mark.parametrize(
    ("stored", "asked", "wanted"),
    [
        (DecodingConfig(), {}, {"kind": "greedy"}),
        (DecodingConfig(), {"beam": 7}, {"kind": "beam", "beam_size": 7, "lm": None}),
        (DecodingConfig(), {"lm": Path("x.bin"), "alpha": 0.0}, {"kind": "beam", "lm": "x.bin", "alpha": 0.0}),
        (DecodingConfig(), {"hotwords": "a:1"}, {"kind": "beam", "hotwords": "a:1"}),
        (DecodingConfig(), {"grammar": Path("g")}, {"kind": "beam", "grammar": "g"}),
        (DecodingConfig(), {"lexicon": Path("w")}, {"kind": "beam", "lexicon": "w"}),
        (TUNED, {}, {"kind": "beam", "lm": TUNED.lm, "alpha": 0.9, "beta": 3.0}),
        (TUNED, {"beta": 1.5}, {"lm": TUNED.lm, "alpha": 0.9, "beta": 1.5}),
        (TUNED, {"lm": Path("x.bin")}, {"lm": "x.bin", "alpha": 0.5, "beta": 1.0}),
        (TUNED, {"no_lm": True}, {"kind": "greedy", "lm": None}),
        (
            TUNED,
            {"rescore": Path("y.bin")},
            {"kind": "beam", "lm": TUNED.lm, "rescore": "y.bin", "rescore_weight": 0.5},
        ),
        (DecodingConfig(), {"rescore": Path("y.bin"), "rescore_weight": 2.0}, {"kind": "beam", "rescore_weight": 2.0}),
        (replace(TUNED, rescore="y.bin@0"), {"rescore_weight": 2.0}, {"rescore": "y.bin@0", "rescore_weight": 2.0}),
        (replace(TUNED, rescore="y.bin@0"), {"no_lm": True}, {"kind": "greedy", "lm": None, "rescore": None}),
        (REJECTING, {}, {"grammar": "g.txt", "reject_below": -0.5}),
        (REJECTING, {"reject_below": -2.0}, {"grammar": "g.txt", "reject_below": -2.0}),
        (REJECTING, {"no_reject": True}, {"grammar": "g.txt", "reject_below": None}),
        (REJECTING, {"no_grammar": True}, {"kind": "greedy", "grammar": None, "reject_below": None}),
        (REJECTING, {"grammar": Path("other")}, {"grammar": "other", "reject_below": None}),
        (REJECTING, {"grammar": Path("other"), "reject_below": -2.0}, {"grammar": "other", "reject_below": -2.0}),
        (TUNED, {"no_grammar": True}, {"kind": "beam", "lm": TUNED.lm, "alpha": 0.9}),
        (TUNED, {"no_lm": True, "beam": 5}, {"kind": "beam", "lm": None, "beam_size": 5}),
        (TUNED, {"no_lm": True, "hotwords": "a:1"}, {"kind": "beam", "lm": None, "hotwords": "a:1"}),
    ],
)
def test_options_stand_over_what_the_model_says(
    stored: DecodingConfig, asked: dict[str, Any], wanted: dict[str, Any]
) -> None:
    chosen = choose_settings(stored, DecoderOptions(**asked))
    assert {name: getattr(chosen, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"alpha": 1.0}, "--alpha: weighs a language model, and none is used here"),
        ({"beta": 1.0, "beam": 9}, "--beta: weighs a language model, and none is used here"),
        ({"lm": Path("x"), "no_lm": True}, "--lm: came beside --no-lm"),
        ({"rescore": Path("x"), "no_lm": True}, "--rescore: came beside --no-lm"),
        ({"rescore_weight": 1.0}, "--rescore-weight: weighs a second language model, and none is used here"),
        ({"grammar": Path("x"), "no_grammar": True}, "--grammar: came beside --no-grammar"),
        ({"reject_below": -1.0}, "--reject-below: judges the phrases of a grammar, and none is used here"),
        ({"reject_below": -1.0, "no_reject": True}, "--reject-below: came beside --no-reject"),
        ({"reject_below": float("nan"), "grammar": Path("x")}, "--reject-below: nan came, a number of 0 or less"),
    ],
)
def test_options_that_would_do_nothing_are_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        choose_settings(DecodingConfig(), DecoderOptions(**asked))


def test_the_language_model_inside_is_used_unless_another_is_named(tuned: Bundle, files: Path) -> None:
    names = [
        open_decoder(tuned, options).settings()["lm"]
        for options in (DecoderOptions(), DecoderOptions(beam=5), DecoderOptions(lm=files / "other.bin"))
    ]
    assert [str(name).partition("@")[0] for name in names] == ["own.bin", "own.bin", "other.bin"]


def test_the_second_language_model_inside_is_used_unless_another_is_named(tuned: Bundle, files: Path) -> None:
    store_decoder(tuned.path, open_decoder(tuned, DecoderOptions(rescore=files / "own.bin")), {})
    names = [
        str(open_decoder(read_bundle(tuned.path), options).settings().get("rescore")).partition("@")[0]
        for options in (DecoderOptions(), DecoderOptions(rescore=files / "other.bin"), DecoderOptions(no_lm=True))
    ]
    assert names == ["own.bin", "other.bin", "None"]


def test_everything_named_is_opened_beside_what_is_inside(tuned: Bundle, files: Path) -> None:
    options = DecoderOptions(lexicon=files / "words.txt", grammar=files / "g.txt", hotwords="a:1")
    decoder = open_decoder(tuned, options)
    assert [*decoder.tables] == ["lm", "grammar", "hotwords"]
    assert decoder.resources.lm is not None
    assert decoder.resources.words is not None
    assert [entry.word for entry in decoder.resources.words] == ["a"]


def test_a_file_named_like_the_member_inside_is_not_the_member(tuned: Bundle, files: Path, tmp_path: Path) -> None:
    store_decoder(tuned.path, open_decoder(tuned, DecoderOptions(lexicon=files / "words.txt")), {})
    (tmp_path / "lexicon.txt").write_text("ab\n")
    decoder = open_decoder(read_bundle(tuned.path), DecoderOptions(lexicon=tmp_path / "lexicon.txt"))
    assert decoder.resources.words is not None
    assert [entry.word for entry in decoder.resources.words] == ["ab"]


def test_every_file_that_is_not_there_is_named_at_once(tuned: Bundle) -> None:
    options = DecoderOptions(lm=Path("one"), lexicon=Path("two"), grammar=Path("three"), rescore=Path("four"))
    with pytest.raises(
        UsageError, match="^one: no such file\ntwo: no such file\nthree: no such file\nfour: no such file$"
    ):
        open_decoder(tuned, options)
