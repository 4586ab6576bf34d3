"""Language models of every kind, from files and from their content."""

from pathlib import Path

import pytest

from speechrnn.decoding.language_model import LanguageModel, from_bytes, read_language_model, to_bytes
from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_io import write_ngram
from speechrnn.decoding.recurrent_file import write_recurrent_lm
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.errors import LanguageModelError, UsageError
from tests.decoding.toy_ngram import toy_bigram
from tests.decoding.toy_recurrent import toy_lm

NGRAM, RECURRENT = toy_bigram(["a", "b"]), toy_lm()


def write(path: Path, model: NgramModel | RecurrentLm) -> Path:
    write_ngram(path, model) if isinstance(model, NgramModel) else write_recurrent_lm(path, model)
    return path


@pytest.mark.parametrize(
    ("name", "model"), [("lm.arpa", NGRAM), ("lm.arpa.gz", NGRAM), ("lm.bin", NGRAM), ("lm.safetensors", RECURRENT)]
)
def test_a_file_of_any_kind_gives_its_model(tmp_path: Path, name: str, model: NgramModel | RecurrentLm) -> None:
    lm = read_language_model(write(tmp_path / name, model))
    assert type(lm.model) is type(model)
    assert lm.model.score_text("a b a") == pytest.approx(model.score_text("a b a"), abs=1e-5)
    assert lm.name.startswith(f"{name}@")


def test_the_name_tells_contents_apart(tmp_path: Path) -> None:
    one = read_language_model(write(tmp_path / "lm.bin", NGRAM)).name
    assert read_language_model(write(tmp_path / "lm.bin", NGRAM)).name == one
    assert read_language_model(write(tmp_path / "lm.bin", toy_bigram(["a", "b"], seed=1))).name != one


@pytest.mark.parametrize("model", [NGRAM, RECURRENT])
def test_the_content_of_a_file_gives_the_model_back(model: NgramModel | RecurrentLm) -> None:
    lm = from_bytes(to_bytes(LanguageModel(model, "toy")), "toy", "member")
    assert (lm.name, type(lm.model)) == ("toy", type(model))
    assert lm.model.score_text("a b b") == pytest.approx(model.score_text("a b b"))


@pytest.mark.parametrize("model", [NGRAM, RECURRENT])
def test_content_that_was_cut_is_refused_by_its_name(model: NgramModel | RecurrentLm) -> None:
    with pytest.raises(LanguageModelError, match="member"):
        from_bytes(to_bytes(LanguageModel(model, "toy"))[:-3], "toy", "member")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.bin"):
        read_language_model(tmp_path / "gone.bin")
