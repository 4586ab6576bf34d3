"""Files of n-gram models are told apart by what is in them and written as their name says."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from speechrnn.decoding.arpa import arpa_text
from speechrnn.decoding.ngram import START_ID
from speechrnn.decoding.ngram_io import read_ngram, write_ngram
from speechrnn.errors import LanguageModelError, UsageError
from tests.decoding.toy_ngram import toy_bigram

MODEL = toy_bigram(["no", "yes"])


@pytest.mark.parametrize("name", ["lm.arpa", "lm.arpa.gz", "lm.bin"])
def test_every_format_comes_back_whatever_it_is_called_later(tmp_path: Path, name: str) -> None:
    write_ngram(tmp_path / name, MODEL)
    (tmp_path / name).rename(tmp_path / "model")
    again = read_ngram(tmp_path / "model")
    assert again.vocabulary == MODEL.vocabulary
    predicted = np.arange(len(MODEL)) != START_ID
    assert again.row(again.start)[0][predicted] == pytest.approx(MODEL.row(MODEL.start)[0][predicted], rel=1e-5)


def test_each_name_gives_its_format(tmp_path: Path) -> None:
    for name in ("lm.arpa", "lm.arpa.gz", "lm.bin"):
        write_ngram(tmp_path / name, MODEL)
    assert (tmp_path / "lm.arpa").read_text() == arpa_text(MODEL)
    assert gzip.decompress((tmp_path / "lm.arpa.gz").read_bytes()).decode() == arpa_text(MODEL)
    assert (tmp_path / "lm.bin").read_bytes().startswith(b"srnn-ngm")


def test_a_model_written_twice_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.arpa.gz", "two.arpa.gz", "one.bin", "two.bin"):
        write_ngram(tmp_path / name, MODEL)
    assert (tmp_path / "one.arpa.gz").read_bytes() == (tmp_path / "two.arpa.gz").read_bytes()
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "two.bin").read_bytes()


@pytest.mark.parametrize("name", ["lm.txt", "lm", "lm.gz", "."])
def test_a_name_that_says_no_format_is_wrong_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"ends in \.arpa or \.arpa\.gz or \.bin"):
        write_ngram(tmp_path / name, MODEL)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.bin: no such file"):
        read_ngram(tmp_path / "gone.bin")


def test_a_cut_gzip_is_named(tmp_path: Path) -> None:
    (tmp_path / "cut.arpa.gz").write_bytes(gzip.compress(arpa_text(MODEL).encode())[:-12])
    with pytest.raises(LanguageModelError, match=r"cut\.arpa\.gz: its gzip is cut or damaged"):
        read_ngram(tmp_path / "cut.arpa.gz")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.bin").write_bytes(b"")
    with pytest.raises(LanguageModelError, match=r"empty\.bin: no line"):
        read_ngram(tmp_path / "empty.bin")
