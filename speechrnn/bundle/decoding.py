"""How a model file is decoded: settings, language model, words and grammar as its optional members.

`decoding.json` holds the settings, what they brought on dev, and the text the decoder gives for each self-test;
`lm.bin`, `rescore.bin`, `lexicon.txt` and `grammar.txt` are what the settings name; `resources.py`, which opens them,
is imported only where there are some. A model without these members is decoded greedily.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from speechrnn.bundle import layout
from speechrnn.bundle.read import Bundle
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.errors import BundleError
from speechrnn.recipe import DecodingConfig

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "kind": (str,),
    "beam_size": (int,),
    "beam_threshold": (int, float, type(None)),
    "token_threshold": (int, float, type(None)),
    "blank_skip": (int, float),
    "lm": (str, type(None)),
    "alpha": (int, float),
    "beta": (int, float),
    "unknown_penalty": (int, float, type(None)),
    "lexicon": (str, type(None)),
    "grammar": (str, type(None)),
    "reject_below": (int, float, type(None)),
    "hotwords": (str,),
    "rescore": (str, type(None)),
    "rescore_weight": (int, float),
}
"""The settings of `recipe.DecodingConfig` that decide what is heard: pydantic is not at hand where models are read."""
_LEAST: Final[Mapping[str, float]] = {
    "beam_size": 1,
    "beam_threshold": 0,
    "token_threshold": 0,
    "blank_skip": 0,
    "alpha": 0,
    "unknown_penalty": 0,
    "rescore_weight": 0,
}
_LATER: Final[Mapping[str, Any]] = {
    name: getattr(DecodingConfig(), name) for name in ("reject_below", "rescore", "rescore_weight")
}
"""Settings that the first model files with a decoder do not name, as they were decoded."""


@dataclass(frozen=True, slots=True)
class StoredDecoding:
    """What `decoding.json` says.

    Attributes:
        config: the settings; `lm`, `lexicon` and `grammar` are names, not paths, and set where there is such a member.
        measured: what they brought when they were chosen; anything JSON can hold.
        expected_texts: of the self-tests, in order.
    """

    config: DecodingConfig
    measured: Mapping[str, Any] = field(default_factory=dict)
    expected_texts: tuple[str, ...] = ()


def decoding_members(
    decoder: Decoder, measured: Mapping[str, object], expected_texts: Sequence[str]
) -> dict[str, bytes | None]:
    """Give the members that make a model file decode like this; None for those it then lacks."""
    from speechrnn.bundle.resources import resource_members

    resources = decoder.resources
    names = {
        "lm": resources.lm and resources.lm.name,
        "lexicon": resources.words and layout.LEXICON,
        "grammar": resources.grammar and Path(resources.grammar.source).name,
        "rescore": resources.rescorer and resources.rescorer.name,
    }
    settings = {name: getattr(decoder.config, name) for name in _TYPES} | {
        name: value and str(value) for name, value in names.items()
    }
    described = {"settings": settings, "measured": dict(measured), "expected_texts": list(expected_texts)}
    text = json.dumps(described, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return {
        layout.DECODING: text.encode() if decoder.config.kind == "beam" else None,
        **resource_members(resources),
    }


def read_decoding(bundle: Bundle) -> StoredDecoding:
    """Read the settings of a model file; greedy where it has none.

    Raises:
        BundleError: they are not laid out as speechrnn writes them.
    """
    if layout.DECODING not in bundle.manifest.digests:
        return StoredDecoding(DecodingConfig())
    try:
        value = json.loads(bundle.read(layout.DECODING))
        found = {**_LATER, **value["settings"]}
        settings = {name: _checked(name, found[name]) for name in _TYPES}
        texts = tuple(str(text) for text in value["expected_texts"])
        return StoredDecoding(DecodingConfig(**settings), dict(value["measured"]), texts)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BundleError(
            f"{bundle.path}: {layout.DECODING} is not laid out as speechrnn writes it ({error})"
        ) from error


def stored_decoder(bundle: Bundle) -> Decoder:
    """Open the decoder of a model file, greedy where it has no settings of its own.

    Raises:
        BundleError: a member is damaged, or none that the settings name.
    """
    from speechrnn.bundle.resources import read_resources

    config = read_decoding(bundle).config
    return build_decoder(config, bundle.model.alphabet, read_resources(bundle, config))


def _checked(name: str, value: Any) -> Any:
    """Refuse a setting of another type, or beyond what a recipe may say."""
    right = isinstance(value, _TYPES[name]) and not isinstance(value, bool)
    if right and isinstance(value, int | float):
        right = math.isfinite(value) and value >= _LEAST.get(name, -math.inf)
    if not right or (name == "kind" and value not in ("greedy", "beam")):
        raise ValueError(f"{name} is {value!r}")
    return value
