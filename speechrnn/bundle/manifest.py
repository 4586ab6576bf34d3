"""The manifest of a model file: JSON in, checked records out."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.bundle import layout
from speechrnn.bundle.layout import ModelInfo
from speechrnn.errors import AlphabetError, BundleError
from speechrnn.text.alphabet import GLUE, Alphabet

_SHA256: Final = re.compile("[0-9a-f]{64}")
_RATES: Final = range(1000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Digest:
    """Size and SHA-256 of one member."""

    num_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model file says of itself; `digests` names every member but the manifest."""

    speechrnn_version: str
    model: ModelInfo
    digests: Mapping[str, Digest]


def parse_manifest(path: Path, data: bytes) -> Manifest:
    """Check a manifest.

    Args:
        path: of the model file, for messages.
        data: the manifest's bytes.

    Raises:
        BundleError: it is no JSON, was made by a newer format, lacks a required member, or holds a wrong value.
    """
    try:
        value = json.loads(data.decode())
        version = _integer(value["format_version"], range(1, 1 << 31))
        if version > layout.FORMAT_VERSION:
            raise BundleError(
                f"{path}: model format {version}, this speechrnn reads up to {layout.FORMAT_VERSION}; "
                "install a newer speechrnn"
            )
        digests = {str(name): _digest(entry) for name, entry in value["members"].items()}
        model = _model(value["model"])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, AlphabetError) as error:
        raise BundleError(f"{path}: {layout.MANIFEST} is not laid out as speechrnn writes it ({error})") from error
    if missing := sorted(layout.REQUIRED - digests.keys()):
        raise BundleError(f"{path}: {', '.join(missing)} missing from the model; fetch or write it again")
    return Manifest(str(value.get("speechrnn_version", "unknown")), model, digests)


def _model(value: Mapping[str, Any]) -> ModelInfo:
    step = float(value["output_step_seconds"])
    if not (math.isfinite(step) and step > 0):
        raise ValueError(f"output_step_seconds is {step}")
    if value["input"] != "waveform":
        raise ValueError(f"input is {value['input']!r}")
    return ModelInfo(
        name=str(value["name"]),
        sample_rate_hz=_integer(value["sample_rate_hz"], _RATES),
        alphabet=_alphabet(value),
        output_step_seconds=step,
        min_samples=_integer(value["min_samples"], range(1, 1 << 31)),
    )


def _alphabet(value: Mapping[str, Any]) -> Alphabet:
    if "characters" in value:  # format 1 knew nothing else
        return Alphabet(tuple(map(str, value["characters"])))
    if value["unit"] not in GLUE:
        raise ValueError(f"unit is {value['unit']!r}")
    return Alphabet(tuple(map(str, value["symbols"])), value["unit"])


def _digest(value: Mapping[str, Any]) -> Digest:
    if _SHA256.fullmatch(str(value["sha256"])) is None:
        raise ValueError(f"sha256 is {value['sha256']!r}")
    return Digest(_integer(value["bytes"], range(1 << 62)), str(value["sha256"]))


def _integer(value: object, allowed: range) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise ValueError(f"{value!r} came, a whole number from {allowed.start} to {allowed.stop - 1} was wanted")
    return value
