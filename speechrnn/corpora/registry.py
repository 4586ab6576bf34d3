"""Every corpus by name."""

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from speechrnn.corpora import an4, digits, folder, fsdd, mboshi, spoken_digits, tidigits, yesno
from speechrnn.corpora.catalogue import read_catalogue
from speechrnn.corpora.corpus import Corpus
from speechrnn.errors import UsageError

CORPORA: Final[Mapping[str, Corpus]] = MappingProxyType(
    {
        module.CORPUS.name: module.CORPUS
        for module in (spoken_digits, yesno, fsdd, digits, an4, mboshi, tidigits, folder)
    }
)
"""Those we list ourselves."""


def all_corpora() -> Mapping[str, Corpus]:
    """Return ours, then those that lhotse prepares."""
    return {**CORPORA, **read_catalogue()}


def find_corpus(name: str) -> Corpus:
    """Look a corpus up.

    Raises:
        UsageError: there is none of that name; a near miss gets a suggestion.
    """
    if name in CORPORA:
        return CORPORA[name]
    if name in (known := all_corpora()):
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see `speechrnn prep --list`"
    raise UsageError(f"no corpus {name!r}; {hint}")
