"""Write a model file: the same contents give the same bytes, and a reader never meets half a file."""

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from safetensors.numpy import save

from speechrnn import __version__
from speechrnn.atomic import writing
from speechrnn.audio import Audio
from speechrnn.bundle import layout
from speechrnn.bundle.layout import BundleContents, ModelInfo, SelfTest
from speechrnn.errors import BundleError
from speechrnn.text.alphabet import Alphabet

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can state; the real one would differ on every write
_UNIX: Final = 3
_FILE_MODE: Final = 0o100644


def write_bundle(path: Path, contents: BundleContents) -> None:
    """Write `contents` to `path`, replacing what is there only once the new file is whole on the disk.

    Raises:
        BundleError: a weight is not finite, a self-test has neither audio nor features (or both, or features without
            the graph that takes them), or the file cannot be written.
    """
    write_members(path, contents.model, _members(contents))


def write_members(path: Path, model: ModelInfo, members: Mapping[str, bytes]) -> None:
    """Write a model file of these members, the manifest left out, which is made here.

    Raises:
        BundleError: the file cannot be written.
    """
    members = {layout.MANIFEST: _json(_manifest(model, members)), **members}
    try:
        with writing(path) as file:
            _write_zip(file, members)
    except OSError as error:
        raise BundleError(
            f"{path}: cannot write the model ({error.strerror}); free some space or choose another folder"
        ) from error


def _members(contents: BundleContents) -> dict[str, bytes]:
    _require_finite(contents.weights)
    members = {
        layout.RECIPE: contents.recipe_yaml.encode(),
        layout.ALPHABET: _json({"blank": 0, **alphabet_entry(contents.model.alphabet)}),
        layout.GRAPH: contents.graph,
        layout.WEIGHTS: save({name: np.ascontiguousarray(contents.weights[name]) for name in sorted(contents.weights)}),
        layout.RESULT: _json(contents.result),
        layout.CARD: contents.card.encode(),
    }
    if contents.acoustic_graph is not None:
        members[layout.ACOUSTIC_GRAPH] = contents.acoustic_graph
    if contents.streaming_graph is not None:
        members[layout.STREAMING_GRAPH] = contents.streaming_graph
    entries = []
    for number, test in enumerate(contents.self_tests, start=1):
        name, data = _self_test_input(number, test, contents.acoustic_graph is not None)
        members[name] = data
        entries.append(
            {
                "name": test.name,
                "input": name,
                "expected_text": test.expected_text,
                "expected_score": test.expected_score,
            }
        )
    return {**members, layout.SELF_TESTS: _json(entries)}


def _require_finite(weights: Mapping[str, NDArray[np.generic]]) -> None:
    bad = [name for name, value in weights.items() if value.dtype.kind == "f" and not np.isfinite(value).all()]
    if bad:
        raise BundleError(
            f"weights {', '.join(bad)}: not finite, numbers were wanted; train again with a lower learning rate"
        )


def _self_test_input(number: int, test: SelfTest, takes_features: bool) -> tuple[str, bytes]:
    if not math.isfinite(test.expected_score):
        raise BundleError(f"self-test {test.name}: expected score {test.expected_score}, a finite number was wanted")
    if test.audio is not None and test.static is None:
        return f"self_test/{number}.flac", _flac(test.audio)
    if test.static is not None and test.audio is None and takes_features:
        buffer = io.BytesIO()
        np.save(buffer, test.static.astype(np.float32, copy=False), allow_pickle=False)
        return f"self_test/{number}.npy", buffer.getvalue()
    raise BundleError(f"self-test {test.name}: wanted audio, or else features together with the graph that takes them")


def _flac(audio: Audio) -> bytes:
    buffer = io.BytesIO()
    # 24 bits keep float32 audio to 6e-8, so that resampled audio scores as it did before it was stored.
    soundfile.write(buffer, audio.samples, audio.sample_rate_hz, format="FLAC", subtype="PCM_24")
    return buffer.getvalue()


def alphabet_entry(alphabet: Alphabet) -> dict[str, object]:
    """Say an alphabet as JSON."""
    return {"symbols": alphabet.symbols, "unit": alphabet.unit}


def _manifest(model: ModelInfo, members: Mapping[str, bytes]) -> dict[str, object]:
    return {
        "format_version": layout.FORMAT_VERSION,
        "speechrnn_version": __version__,
        "model": {
            "name": model.name,
            "input": "waveform",
            "sample_rate_hz": model.sample_rate_hz,
            **alphabet_entry(model.alphabet),
            "output_step_seconds": model.output_step_seconds,
            "min_samples": model.min_samples,
        },
        "members": {
            name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
        },
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _write_zip(file: BinaryIO, members: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, data)
