"""A decoder goes into a model file with all it names, comes out the same, and is held to its texts."""

import dataclasses
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speechrnn.bundle import decoding, layout
from speechrnn.bundle.amend import amend_bundle
from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.decoding import read_decoding, stored_decoder
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.store_decoder import store_decoder
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.errors import BundleError
from speechrnn.recipe import DecodingConfig
from tests.decoding.toy_ngram import toy_bigram
from tests.tiny_bundle import ALPHABET


@pytest.fixture
def model(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(tiny, tmp_path / "model.srnn"))


@pytest.fixture
def decoder(tmp_path: Path) -> Decoder:
    """A decoder that names everything there is."""
    write_ngram(tmp_path / "toy.arpa", toy_bigram(["a", "ab", "é"]))
    write_ngram(tmp_path / "second.bin", toy_bigram(["a", "ab", "é"], seed=5))
    (tmp_path / "words.txt").write_text("a\nab\né\n")
    (tmp_path / "g.txt").write_text("(a | ab | é)+\n")
    config = DecodingConfig(
        kind="beam",
        beam_size=20,
        lm=str(tmp_path / "toy.arpa"),
        alpha=0.4,
        beta=1.2,
        lexicon=str(tmp_path / "words.txt"),
        grammar=str(tmp_path / "g.txt"),
        reject_below=-0.5,
        hotwords="é:2",
        rescore=str(tmp_path / "second.bin"),
        rescore_weight=0.75,
    )
    return build_decoder(config, ALPHABET)


def edit(model: Path, **changes: Any) -> None:
    """Change entries of `decoding.json`; a setting by its name, another entry by its own."""
    value = json.loads(read_bundle(model).read(layout.DECODING))
    for name, new in changes.items():
        (value if name in value else value["settings"])[name] = new
    amend_bundle(model, {layout.DECODING: json.dumps(value).encode()})


def test_a_decoder_comes_out_of_a_model_file_as_it_went_in(model: Path, decoder: Decoder) -> None:
    store_decoder(model, decoder, {"wer": 1.5})
    bundle = read_bundle(model)
    stored = stored_decoder(bundle)
    assert stored.settings() == decoder.settings()
    assert read_decoding(bundle).measured == {"wer": 1.5}
    log_probs = np.log(np.random.default_rng(1).dirichlet(np.ones(ALPHABET.size), size=9))
    found, wanted = (one.decode(log_probs, nbest=5) for one in (stored, decoder))
    assert [(one.labels, one.parts) for one in found] == [(one.labels, pytest.approx(one.parts)) for one in wanted]


def test_a_stored_decoder_can_be_stored_again(model: Path, decoder: Decoder) -> None:
    store_decoder(model, decoder, {})
    first = model.read_bytes()
    store_decoder(model, stored_decoder(read_bundle(model)), {})
    assert model.read_bytes() == first


def test_greedy_takes_out_what_was_stored(model: Path, decoder: Decoder, tiny: Path) -> None:
    store_decoder(model, decoder, {})
    store_decoder(model, build_decoder(DecodingConfig(), ALPHABET), {})
    assert model.read_bytes() == tiny.read_bytes()
    assert stored_decoder(read_bundle(model)).config.kind == "greedy"


def test_check_holds_a_model_to_the_texts_of_its_decoder(model: Path, decoder: Decoder) -> None:
    store_decoder(model, decoder, {})
    results = check_bundle(model)
    assert [result.name for result in results[3:]] == [f"noise-{number}, beam search" for number in (1, 2, 3)]
    assert all(result.ok for result in results)
    texts = list(read_decoding(read_bundle(model)).expected_texts)
    assert any(texts)
    edit(model, expected_texts=[*texts[:2], "wrong"])
    assert [result.ok for result in check_bundle(model)] == [True] * 5 + [False]


def test_check_refuses_texts_of_other_self_tests(model: Path, decoder: Decoder) -> None:
    store_decoder(model, decoder, {})
    edit(model, expected_texts=["a"])
    with pytest.raises(BundleError, match=r"decoding\.json has 1 texts for 3 self-tests"):
        check_bundle(model)


def test_every_setting_that_decides_what_is_heard_is_stored() -> None:
    settings = {field.name for field in dataclasses.fields(DecodingConfig)}
    assert set(decoding._TYPES) == settings - {"bootstrap_samples"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "both"),
        ("beam_size", 0),
        ("beam_size", 2.5),
        ("beam_size", True),
        ("alpha", "1"),
        ("alpha", -1),
        ("beta", float("inf")),
        ("unknown_penalty", -2),
        ("lm", 3),
        ("reject_below", "low"),
        ("hotwords", None),
        ("rescore", 3),
        ("rescore_weight", -1),
        ("expected_texts", 3),
        ("measured", 3),
    ],
)
def test_settings_that_make_no_sense_are_refused(model: Path, decoder: Decoder, name: str, value: object) -> None:
    store_decoder(model, decoder, {})
    edit(model, **{name: value})
    with pytest.raises(BundleError, match=r"decoding\.json is not laid out as speechrnn writes it"):
        stored_decoder(read_bundle(model))


def test_a_model_from_before_rejection_and_rescoring_does_neither(model: Path, decoder: Decoder) -> None:
    store_decoder(model, decoder, {})
    value = json.loads(read_bundle(model).read(layout.DECODING))
    assert value["settings"].pop("reject_below") == -0.5
    assert value["settings"].pop("rescore").startswith("second.bin@")
    assert value["settings"].pop("rescore_weight") == 0.75
    amend_bundle(model, {layout.DECODING: json.dumps(value).encode()})
    old = stored_decoder(read_bundle(model))
    assert old.rejection is None
    assert old.resources.rescorer is None


@pytest.mark.parametrize("member", [layout.LANGUAGE_MODEL, layout.RESCORER, layout.LEXICON, layout.GRAMMAR])
def test_a_member_that_settings_name_must_be_there_and_whole(model: Path, decoder: Decoder, member: str) -> None:
    store_decoder(model, decoder, {})
    amend_bundle(model, {member: b"\xff\n(("})
    with pytest.raises(BundleError, match="cannot be decoded with what it holds"):
        stored_decoder(read_bundle(model))
    amend_bundle(model, {member: None})
    with pytest.raises(BundleError, match=f"holds no {member}"):
        stored_decoder(read_bundle(model))


def test_a_name_in_the_settings_is_never_opened_as_a_path(model: Path, decoder: Decoder, tmp_path: Path) -> None:
    store_decoder(model, replace(decoder, config=replace(decoder.config, lm="elsewhere.bin")), {})
    for path in tmp_path.glob("*.*"):
        if path != model:
            path.unlink()
    assert stored_decoder(read_bundle(model)).settings() == decoder.settings()
