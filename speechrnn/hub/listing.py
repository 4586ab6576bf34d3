"""What models there are on this machine, and what each says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.bundle.find import finished_runs
from speechrnn.bundle.layout import STREAMING_GRAPH
from speechrnn.bundle.named import cached_models, embedded_models
from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.errors import BundleError

MOST_RUNS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a model file says of itself; empty or None where it does not.

    Attributes:
        recipe: name of the recipe that made it.
        language: BCP 47 tag.
        unit: what a label stands for, `character` or `word`.
        symbols: its alphabet.
        sample_rate_hz: of the sound it takes.
        licence: of the data it was trained on.
        wer: word errors in percent that were measured when it was made.
        signature: the settings of that figure.
        words: number of words behind it.
        live: whether it can run along a live stream.
    """

    recipe: str
    language: str
    unit: str
    symbols: tuple[str, ...]
    sample_rate_hz: int
    licence: str
    wer: float | None
    signature: str
    words: int | None
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A model on this machine.

    Attributes:
        name: what `-m` takes.
        place: `package`, `cache` or `run`.
        path: its file.
        num_bytes: its size.
        facts: what it says; None where it cannot be read.
        fault: why it cannot.
    """

    name: str
    place: str
    path: Path
    num_bytes: int
    facts: Facts | None
    fault: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give plain values."""
        facts = {name: getattr(self.facts, name) for name in Facts.__slots__} if self.facts else {}
        top = {"name": self.name, "place": self.place, "path": str(self.path), "bytes": self.num_bytes}
        return {**top, **facts, **({"fault": self.fault} if self.fault else {})}


def list_models() -> list[Entry]:
    """List the models inside of the package, those in the cache, then the newest runs below the working folder."""
    return list(_entries())


def _entries() -> Iterator[Entry]:
    for place, models in (("package", embedded_models()), ("cache", cached_models())):
        for name, path in models.items():
            yield entry_of(path, name, place)
    for path in finished_runs()[:MOST_RUNS]:
        yield entry_of(path, str(path.parent), "run")


def entry_of(path: Path, name: str, place: str) -> Entry:
    """Describe a model; one that cannot be read says why."""
    size = path.stat().st_size
    try:
        return Entry(name=name, place=place, path=path, num_bytes=size, facts=facts_of(path))
    except BundleError as error:
        return Entry(name=name, place=place, path=path, num_bytes=size, facts=None, fault=str(error))


def facts_of(path: Path) -> Facts:
    """Read what a model file says of itself.

    Raises:
        BundleError: it is damaged.
    """
    bundle = read_bundle(path)
    model, result = bundle.model, bundle.result()
    wer, words = result.get("wer"), result.get("words")
    return Facts(
        recipe=model.name,
        language=bundle.language() or "",
        unit=model.alphabet.unit,
        symbols=model.alphabet.symbols,
        sample_rate_hz=model.sample_rate_hz,
        licence=_text(result, "licence"),
        wer=float(wer) if isinstance(wer, int | float) else None,
        signature=_text(result, "signature"),
        words=words if isinstance(words, int) else None,
        live=_is_live(bundle),
    )


def _text(result: dict[str, Any], key: str) -> str:
    value = result.get(key)
    return value if isinstance(value, str) else ""


def _is_live(bundle: Bundle) -> bool:
    return STREAMING_GRAPH in bundle.manifest.digests
