"""What a prepare function of lhotse gives back, whatever its shape, as parts with recordings and what is said in them.

Most give `{part: {"recordings": ..., "supervisions": ...}}`; some leave the part out, nest parts in languages, give a
pair, or give cuts, which hold both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_RECORDINGS: Final = ("recordings", "recording", "audio")
_SUPERVISIONS: Final = ("supervisions", "supervision")


@dataclass(frozen=True, slots=True)
class Part:
    """One published part.

    Attributes:
        keys: its names from outside in, as `("polish", "train")`; empty where the corpus has no parts.
        recordings: lhotse's recordings.
        supervisions: lhotse's supervisions, which name recordings by id.
    """

    keys: tuple[str, ...]
    recordings: Iterable[Any]
    supervisions: Iterable[Any]

    @property
    def name(self) -> str:
        """The innermost name, which says what a part is for."""
        return self.keys[-1] if self.keys else ""


def find_parts(result: Any, keys: tuple[str, ...] = ()) -> Iterator[Part]:
    """Yield every part of what a prepare function gave back; nothing for what is no speech, such as noises.

    Args:
        result: lhotse's answer, or a piece of it.
        keys: the names that lead to this piece.
    """
    if isinstance(result, Mapping):
        recordings, supervisions = _first(result, _RECORDINGS), _first(result, _SUPERVISIONS)
        if recordings is not None or supervisions is not None:
            yield Part(keys, _some(recordings), _some(supervisions))
        elif "cuts" in result:
            yield from find_parts(result["cuts"], keys)
        else:
            for key, value in result.items():
                yield from find_parts(value, (*keys, str(key)))
    elif isinstance(result, tuple):
        yield Part(keys, *map(_some, result[:2]))
    elif hasattr(result, "decompose"):  # cuts
        yield Part(keys, *map(_some, result.decompose()[:2]))


def _some(manifest: Iterable[Any] | None) -> Iterable[Any]:
    """Stand in for a manifest that is not there."""
    return () if manifest is None else manifest


def _first(result: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return what stands under the first of some names, or None."""
    return next((result[name] for name in names if name in result), None)
