"""A language model of any kind under its name: n-grams or a recurrent network, from a file or from its content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.decoding.ngram import NgramModel
from speechrnn.decoding.ngram_file import ngram_bytes, parse_ngram
from speechrnn.decoding.ngram_io import read_ngram
from speechrnn.decoding.recurrent_file import is_recurrent_lm, parse_recurrent_lm, read_recurrent_lm, recurrent_lm_bytes
from speechrnn.decoding.recurrent_lm import RecurrentLm

_DIGEST_LENGTH: Final = 8
"""Hexadecimal digits of a SHA-256 that tell one language model from another in a signature."""


@dataclass(frozen=True, slots=True, eq=False)
class LanguageModel:
    """A model and what it is called.

    Attributes:
        model: n-grams, or a recurrent network.
        name: its file's name and the first digits of the SHA-256 of its content: `an4.bin@0f3a55c1`.
    """

    model: NgramModel | RecurrentLm
    name: str


def read_language_model(path: Path) -> LanguageModel:
    """Read a file of `speechrnn lm build` or `speechrnn lm train`, or an ARPA file.

    Raises:
        UsageError: it is absent.
        LanguageModelError: it is none of them, or damaged.
    """
    model = read_recurrent_lm(path) if is_recurrent_lm(path) else read_ngram(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return LanguageModel(model, f"{path.name}@{digest[:_DIGEST_LENGTH]}")


def to_bytes(lm: LanguageModel) -> bytes:
    """Give the content of a file that holds the model; n-grams in the binary form."""
    return recurrent_lm_bytes(lm.model) if isinstance(lm.model, RecurrentLm) else ngram_bytes(lm.model)


def from_bytes(content: bytes, name: str, source: str) -> LanguageModel:
    """Read what `to_bytes` gave; `source` names it in messages.

    Raises:
        LanguageModelError: it is not whole.
    """
    recurrent = content[8:9] == b"{"
    return LanguageModel((parse_recurrent_lm if recurrent else parse_ngram)(content, source), name)
