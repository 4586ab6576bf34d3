"""The file of a recurrent language model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from speechrnn.decoding.recurrent_cells import CellName
from speechrnn.decoding.recurrent_file import (
    ENTRY,
    is_recurrent_lm,
    parse_recurrent_lm,
    read_recurrent_lm,
    recurrent_lm_bytes,
    write_recurrent_lm,
)
from speechrnn.errors import LanguageModelError
from tests.decoding.toy_recurrent import toy_lm


def header_of(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return dict(json.loads(json.loads(content[8 : 8 + length])["__metadata__"][ENTRY]))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_what_is_written_is_read_back_and_writes_the_same_bytes(cell: CellName, tmp_path: Path) -> None:
    model, path = toy_lm(("<space>", "é", "ώ"), cell=cell), tmp_path / "lm.safetensors"
    write_recurrent_lm(path, model)
    read = read_recurrent_lm(path)
    assert (read.unit, read.cell, read.vocabulary, read.about) == (model.unit, cell, model.vocabulary, model.about)
    assert read.score_text("é ώé") == model.score_text("é ώé")
    assert read.unigrams.tolist() == model.unigrams.tolist()
    assert recurrent_lm_bytes(read) == path.read_bytes()


def test_the_kind_of_a_file_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    own, arpa = tmp_path / "lm.bin", tmp_path / "lm.safetensors"
    write_recurrent_lm(own, toy_lm())
    arpa.write_text("\\data\\\nngram 1=3\n")
    assert is_recurrent_lm(own)
    assert not is_recurrent_lm(arpa)
    assert not is_recurrent_lm(tmp_path / "none")
    (tmp_path / "empty").touch()
    assert not is_recurrent_lm(tmp_path / "empty")


def test_every_cut_and_every_altered_byte_is_refused() -> None:
    content = recurrent_lm_bytes(toy_lm(size=2, layers=1))
    for end in range(0, len(content), 7):
        with pytest.raises(LanguageModelError, match=r"^lm: no recurrent language model, or cut short"):
            parse_recurrent_lm(content[:end], "lm")
    weights = len(content) - 40
    altered = content[:weights] + bytes([content[weights] ^ 1]) + content[weights + 1 :]
    with pytest.raises(LanguageModelError, match=r"^lm: was altered"):
        parse_recurrent_lm(altered, "lm")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LanguageModelError, match=r"none: cannot be read \(No such file"):
        read_recurrent_lm(tmp_path / "none")


def test_safetensors_of_another_program_are_refused(tmp_path: Path) -> None:
    save_file({"weight": np.zeros(3, dtype=np.float32)}, tmp_path / "other")
    with pytest.raises(LanguageModelError, match="no recurrent language model"):
        read_recurrent_lm(tmp_path / "other")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format_version", 2, "format 2 came, 1 was wanted; update speechrnn"),
        ("cell", "rnn", "not laid out as speechrnn writes it .cell 'rnn'"),
        ("unit", "phone", "not laid out .* of 'phone' units"),
        ("vocabulary", ["a", "b", "c"], "not laid out .*vocabulary from"),
        ("vocabulary", ["<unk>", "<s>", "</s>", "a", "a", "b"], "not laid out .*stands twice"),
        ("vocabulary", ["<unk>", "<s>", "</s>", "a"], "not laid out .*tensors .*wanted"),
        ("cell", "gru", "not laid out .*tensors .*wanted"),
        ("about", None, "not laid out"),
        ("sha256", "0", "was altered"),
    ],
)
def test_a_header_that_lies_is_refused(key: str, value: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "lm"
    write_recurrent_lm(path, toy_lm())
    header = {**header_of(path), key: value}
    save_file(load_file(path), path, {ENTRY: json.dumps(header)})
    with pytest.raises(LanguageModelError, match=message):
        read_recurrent_lm(path)


def test_weights_that_are_not_numbers_are_not_written() -> None:
    model = toy_lm()
    model.embedding[0, 0] = np.nan
    with pytest.raises(LanguageModelError, match="weights embedding: not finite"):
        recurrent_lm_bytes(model)
