"""The public corpora that lhotse prepares: facts from `catalogue.yaml`, work through the bridge.

They are read when a name is none of our own, and for a list; lhotse itself is not imported for either.
"""

from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from speechrnn.corpora.bridge.direct import Direct
from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.prepare import list_through_lhotse
from speechrnn.corpora.bridge.view import View
from speechrnn.corpora.corpus import Corpus

_FILE: Final = Path(__file__).with_name("catalogue.yaml")
_BYTES_PER_GB: Final = 10**9


@cache
def read_catalogue() -> MappingProxyType[str, Corpus]:
    """Read every corpus of the catalogue, by name."""
    # The C loader is many times faster than the other; both build plain values only.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return MappingProxyType({name: _corpus(name, fact) for name, fact in facts.items()})


def _corpus(name: str, facts: dict[str, Any]) -> Corpus:
    """Make one corpus."""
    entry = _entry(name, facts)
    language = facts.get("language")
    folder = facts.get("folders", [name])[0]
    return Corpus(
        name=name,
        title=facts["title"],
        language=tuple(language) if isinstance(language, list) else language or tuple(entry.languages) or None,
        licence=facts.get("licence", ""),
        folders=tuple(facts.get("folders", [name])),
        url=facts["url"],
        how_to_get=_how_to_get(name, folder, facts),
        list_utterances=partial(list_through_lhotse, entry),
        can_leave_out=True,
        draws_split=True,
        hours=facts.get("hours"),
        num_speakers=facts.get("speakers"),
        num_bytes=round(facts["gb"] * _BYTES_PER_GB) if "gb" in facts else None,
        access="download" if entry.download or entry.direct else "bring",
        takes=("path", "parts", "options", *(("language",) if entry.languages or language is None else ())),
        entry=entry,
        useless=facts.get("useless", ""),
        note=" ".join(facts.get("note", "").split()),
    )


def _entry(name: str, facts: dict[str, Any]) -> Entry:
    """Read how a corpus is prepared and fetched."""
    module = facts.get("lhotse", name)
    return Entry(
        name=name,
        module=module,
        function=facts.get("function", f"prepare_{module}"),
        download=f"download_{module}" if facts.get("download") else None,
        has_own_folder=not facts.get("inside", False),
        languages=facts.get("languages", {}),
        splits=facts.get("splits", {}),
        transcript=facts.get("transcript", "text"),
        has_wordless=facts.get("wordless", False),
        options=facts.get("options", {}),
        view=View(**facts["view"]) if "view" in facts else None,
        direct=Direct(**facts["direct"]) if "direct" in facts else None,
    )


def _how_to_get(name: str, folder: str, facts: dict[str, Any]) -> str:
    """Say what to do when a corpus is not there."""
    if facts.get("download") or "direct" in facts:
        return f"`speechrnn prep {name} --download` fetches it"
    return f"get it from {facts['url']}, unpack it to {folder} there, or give its place with --path"
