"""The file of a recurrent language model: one safetensors file whose header says all the rest in JSON.

The header's entry `speechrnn_recurrent_lm` holds format version, unit, cell, vocabulary, how the model came about, and
a SHA-256 over the tensors. Nothing in it can run code when it is opened.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from speechrnn.atomic import write_bytes
from speechrnn.decoding.ngram import MARKERS
from speechrnn.decoding.recurrent_cells import CELLS, LayerWeights, Values
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.errors import LanguageModelError

FORMAT_VERSION: Final = 1
ENTRY: Final = "speechrnn_recurrent_lm"

_MAX_HEADER_BYTES: Final = 100 * 10**6
"""The safetensors format's own bound."""


def is_recurrent_lm(path: Path) -> bool:
    """Tell by its first bytes whether a file is of this kind rather than of n-grams; false if it cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError:
        return False
    return len(start) == 9 and int.from_bytes(start[:8], "little") <= _MAX_HEADER_BYTES and start[8:] == b"{"


def read_recurrent_lm(path: Path) -> RecurrentLm:
    """Read a model.

    Raises:
        LanguageModelError: the file is absent, no recurrent language model, of a newer format, cut or altered.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LanguageModelError(f"{path}: cannot be read ({error.strerror}); name a language model file") from error
    return parse_recurrent_lm(content, str(path))


def write_recurrent_lm(path: Path, model: RecurrentLm) -> None:
    """Write a model; a reader never meets half a file."""
    write_bytes(path, recurrent_lm_bytes(model))


def recurrent_lm_bytes(model: RecurrentLm) -> bytes:
    """Give the content of a model's file.

    Raises:
        LanguageModelError: a weight is not finite.
    """
    from safetensors.numpy import save

    tensors = {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in _tensors(model).items()}
    if wrong := _not_finite(tensors):
        raise LanguageModelError(
            f"weights {', '.join(wrong)}: not finite, numbers were wanted; train with a lower rate"
        )
    header = {
        "format_version": FORMAT_VERSION,
        "unit": model.unit,
        "cell": model.cell,
        "vocabulary": model.vocabulary,
        "about": model.about,
        "sha256": _digest(tensors),
    }
    return save(tensors, {ENTRY: json.dumps(header, ensure_ascii=False, sort_keys=True)})


def parse_recurrent_lm(content: bytes, name: str) -> RecurrentLm:
    """Read a model from the content of its file, `name` in messages.

    Raises:
        LanguageModelError: the content is no recurrent language model, of a newer format, cut or altered.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        header = _header(content)
        tensors = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LanguageModelError(
            f"{name}: no recurrent language model, or cut short ({error}); make one with `speechrnn lm train`"
        ) from error
    version = header.get("format_version")
    if version != FORMAT_VERSION:
        raise LanguageModelError(f"{name}: format {version!r} came, {FORMAT_VERSION} was wanted; update speechrnn")
    if header.get("sha256") != _digest(tensors):
        raise LanguageModelError(f"{name}: was altered (its checksum differs); fetch the file again")
    try:
        return _build(header, tensors)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LanguageModelError(f"{name}: not laid out as speechrnn writes it ({error}); train it again") from error


def _header(content: bytes) -> dict[str, Any]:
    """Read our entry of the header, which the library does not give out of bytes."""
    length = int.from_bytes(content[:8], "little")
    if not 0 < length <= min(_MAX_HEADER_BYTES, len(content) - 8):
        raise ValueError(f"header of {length} bytes in a file of {len(content)}")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][ENTRY])
    if not isinstance(header, dict):
        raise TypeError(f"{ENTRY} is no object")
    return header


def _build(header: Mapping[str, Any], tensors: Mapping[str, Values]) -> RecurrentLm:
    vocabulary, cell, unit = tuple(header["vocabulary"]), header["cell"], header["unit"]
    if cell not in CELLS or unit not in ("character", "word"):
        raise ValueError(f"cell {cell!r} of {unit!r} units")
    if vocabulary[:3] != MARKERS or not all(isinstance(symbol, str) for symbol in vocabulary):
        raise ValueError(f"vocabulary from {vocabulary[:3]!r}")
    if len(set(vocabulary)) != len(vocabulary):
        raise ValueError("a symbol stands twice in the vocabulary")
    depth = sum(name.endswith(".input_matrix") for name in tensors)
    layers = tuple(_layer(tensors, number) for number in range(depth))
    unigrams = tensors["unigrams"]
    about = dict(header["about"])
    model = RecurrentLm(unit, cell, vocabulary, tensors["embedding"], layers, tensors["output_bias"], unigrams, about)
    _check_tensors(model, tensors)
    return model


def _check_tensors(model: RecurrentLm, tensors: Mapping[str, Values]) -> None:
    symbols, size, gates = len(model.vocabulary), model.embedding.shape[-1], CELLS[model.cell].gates
    shapes: dict[str, Sequence[int]] = {"embedding": (symbols, size), "output_bias": (symbols,), "unigrams": (symbols,)}
    for number in range(len(model.layers)):
        for name in LayerWeights.__slots__:
            shapes[f"layer{number}.{name}"] = (gates * size, size) if name.endswith("matrix") else (gates * size,)
    found = {name: tensor.shape for name, tensor in tensors.items()}
    if not model.layers or found != shapes or any(tensor.dtype != np.float32 for tensor in tensors.values()):
        raise ValueError(f"tensors {found}, wanted {shapes} of float32")
    if wrong := _not_finite(tensors):
        raise ValueError(f"{', '.join(wrong)} not finite")


def _layer(tensors: Mapping[str, Values], number: int) -> LayerWeights:
    return LayerWeights(**{name: tensors[f"layer{number}.{name}"] for name in LayerWeights.__slots__})


def _tensors(model: RecurrentLm) -> dict[str, Values]:
    whole = {"embedding": model.embedding, "output_bias": model.output_bias, "unigrams": model.unigrams}
    layers = {
        f"layer{number}.{name}": getattr(layer, name)
        for number, layer in enumerate(model.layers)
        for name in LayerWeights.__slots__
    }
    return {**whole, **layers}


def _not_finite(tensors: Mapping[str, Values]) -> list[str]:
    return sorted(name for name, tensor in tensors.items() if not np.isfinite(tensor).all())


def _digest(tensors: Mapping[str, Values]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].shape} {tensors[name].dtype}\n".encode())
        digest.update(np.ascontiguousarray(tensors[name]).tobytes())
    return digest.hexdigest()
