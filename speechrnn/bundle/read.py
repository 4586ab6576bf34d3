"""Open a model file and refuse whatever is not exactly what was written.

Opening reads the archive's directory and the manifest only; each member's SHA-256 is checked when it is read. Nothing
is ever unpacked to disk, nothing is unpickled, and neither torch nor onnx is imported.
"""

import hashlib
import io
import json
import math
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from speechrnn.audio import read_audio
from speechrnn.bundle import layout
from speechrnn.bundle.layout import ModelInfo, SelfTest
from speechrnn.bundle.manifest import Manifest, parse_manifest
from speechrnn.errors import AudioError, BundleError, NotAModelError

_MAGIC: Final = b"PK\x03\x04"
"""How a zip archive with members begins."""
_WANTED: Final = "a model file, the folder of a finished run or a name of `speechrnn models` was wanted"
# What zipfile raises on archives that were cut, altered or forged.
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, struct.error, OverflowError,
)  # fmt: skip
_ENCRYPTED_OR_PATCHED: Final = 0x1 | 0x20 | 0x40


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened model file; members are read, and checked, when asked for.

    Every method raises `BundleError` when the member it reads is not what the manifest says.
    """

    path: Path
    manifest: Manifest

    @property
    def model(self) -> ModelInfo:
        """Facts for the user of the graph."""
        return self.manifest.model

    def read(self, name: str) -> bytes:
        """Read one member whole.

        Raises:
            BundleError: there is no such member, or its content is not what the manifest says.
        """
        digest = self.manifest.digests.get(name)
        if digest is None:
            raise BundleError(f"{self.path}: holds no {name}")
        data = _read_member(self.path, name)
        if hashlib.sha256(data).hexdigest() != digest.sha256:
            raise BundleError(f"{self.path}: {name} was altered (its checksum differs); fetch the model again")
        return data

    def weights(self) -> dict[str, NDArray[np.generic]]:
        """Read the weights; all of them finite, or else BundleError. A model exported for use alone has none."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        if layout.WEIGHTS not in self.manifest.digests:
            raise BundleError(
                f"{self.path}: made for use alone by speechrnn export, it holds no {layout.WEIGHTS}; "
                "take the model it was made from"
            )
        try:
            weights = load(self.read(layout.WEIGHTS))
        except (SafetensorError, KeyError, ValueError) as error:
            raise BundleError(f"{self.path}: {layout.WEIGHTS} is no safetensors file ({error})") from error
        bad = [name for name, value in weights.items() if value.dtype.kind == "f" and not np.isfinite(value).all()]
        if bad:
            raise BundleError(
                f"{self.path}: weights {', '.join(bad)} are not finite; the model is unusable, train it again"
            )
        return weights

    def recipe_yaml(self) -> str:
        """Read the resolved recipe."""
        return self._text(layout.RECIPE)

    def card(self) -> str:
        """Read the licence and corpus note, Markdown."""
        return self._text(layout.CARD)

    def result(self) -> dict[str, Any]:
        """Read the score the model reached, with its settings."""
        value = self._json(layout.RESULT)
        if not isinstance(value, dict):
            raise BundleError(f"{self.path}: {layout.RESULT} holds {type(value).__name__}, an object was wanted")
        return value

    def language(self) -> str | None:
        """Read the BCP 47 tag of what the model was trained on; None where its corpus did not say."""
        tag = self.result().get("language")
        return tag if isinstance(tag, str) and tag else None

    def self_tests(self) -> list[SelfTest]:
        """Read the utterances to replay, in order."""
        entries = self._json(layout.SELF_TESTS)
        if not isinstance(entries, list):
            raise BundleError(f"{self.path}: {layout.SELF_TESTS} holds {type(entries).__name__}, a list was wanted")
        try:
            return [self._self_test(entry) for entry in entries]
        except (KeyError, TypeError, ValueError, AudioError) as error:
            raise BundleError(
                f"{self.path}: {layout.SELF_TESTS} is not laid out as speechrnn writes it ({error})"
            ) from error

    def verify(self) -> None:
        """Read every member, so that every checksum is compared and every weight looked at."""
        for name in self.manifest.digests:
            self.read(name)
        if layout.WEIGHTS in self.manifest.digests:
            self.weights()

    def _text(self, name: str) -> str:
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise BundleError(f"{self.path}: {name} is not UTF-8 text") from error

    def _json(self, name: str) -> Any:
        try:
            return json.loads(self._text(name))
        except (ValueError, RecursionError) as error:
            raise BundleError(f"{self.path}: {name} is not JSON ({error})") from error

    def _self_test(self, entry: Mapping[str, Any]) -> SelfTest:
        name, source = str(entry["name"]), str(entry["input"])
        if layout.SELF_TEST_INPUT.fullmatch(source) is None:
            raise ValueError(f"{source!r} is no self-test input")
        score = float(entry["expected_score"])
        if not math.isfinite(score):
            raise ValueError(f"score {score}")
        data = io.BytesIO(self.read(source))
        audio = read_audio(data, name=f"{self.path}: {source}") if source.endswith(".flac") else None
        static = None if audio is not None else np.asarray(np.load(data, allow_pickle=False), dtype=np.float32)
        if static is not None and static.ndim != 2:
            raise ValueError(f"{source} has shape {static.shape}, wanted (time, num_static)")
        return SelfTest(name, audio, static, str(entry["expected_text"]), score)


def read_bundle(path: Path) -> Bundle:
    """Open a model file.

    Raises:
        NotAModelError: the file is something else.
        BundleError: it is missing, cut short, made by a newer format, or its directory does not agree with its
            manifest.
    """
    try:
        file_bytes = path.stat().st_size
        with path.open("rb") as file:
            begins = file.read(len(_MAGIC))
        if begins != _MAGIC:
            came = "no zip archive" if begins else "an empty file"
            raise NotAModelError(f"{path}: no speechrnn model ({came}); {_WANTED}")
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except FileNotFoundError as error:
        raise BundleError(f"{path}: no such model file") from error
    except _ZIP_FAULTS as error:
        raise BundleError(
            f"{path}: no speechrnn model, or cut short in transfer ({error}); fetch or write it again"
        ) from error
    _check_directory(path, entries, file_bytes)
    manifest = parse_manifest(path, _read_member(path, layout.MANIFEST))
    listed = {name: digest.num_bytes for name, digest in manifest.digests.items()}
    present = {entry.filename: entry.file_size for entry in entries if entry.filename != layout.MANIFEST}
    if listed != present:
        odd = sorted(name for name in listed.keys() | present.keys() if listed.get(name) != present.get(name))
        raise BundleError(f"{path}: {', '.join(odd)}: the archive and its manifest disagree; fetch the model again")
    return Bundle(path, manifest)


def _check_directory(path: Path, entries: list[zipfile.ZipInfo], file_bytes: int) -> None:
    """Refuse names, sizes and storage that our writer never produces, before any member is read."""
    names = [entry.filename for entry in entries]
    if len(names) > layout.MAX_MEMBERS or layout.MANIFEST not in names:
        raise NotAModelError(f"{path}: no speechrnn model (a zip archive without {layout.MANIFEST}); {_WANTED}")
    if unknown := sorted({name for name in names if not layout.is_member(name)}):
        raise BundleError(f"{path}: holds {unknown[0]!r}, which no speechrnn model of this format holds; do not use it")
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BundleError(f"{path}: holds {repeated[0]} twice, and which one counts would be a guess; do not use it")
    for entry in entries:
        stored = entry.compress_type == zipfile.ZIP_STORED and entry.compress_size == entry.file_size
        if not stored or entry.flag_bits & _ENCRYPTED_OR_PATCHED:
            raise BundleError(f"{path}: {entry.filename} is compressed or encrypted, stored was wanted; do not use it")
    if sum(entry.file_size for entry in entries) > file_bytes:
        raise BundleError(f"{path}: members claim more bytes than the file has; it is cut short or forged")
    if next(entry.file_size for entry in entries if entry.filename == layout.MANIFEST) > layout.MAX_MANIFEST_BYTES:
        raise BundleError(f"{path}: {layout.MANIFEST} is larger than {layout.MAX_MANIFEST_BYTES} bytes; do not use it")


def _read_member(path: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except KeyError as error:
        raise BundleError(f"{path}: holds no {name}") from error
    except _ZIP_FAULTS as error:
        raise BundleError(f"{path}: {name} cannot be read ({error}); fetch the model again") from error
