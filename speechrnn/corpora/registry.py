"""Every corpus by name."""

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from speechrnn.corpora import an4, digits, folder, fsdd, mboshi, spoken_digits, yesno
from speechrnn.corpora.corpus import Corpus
from speechrnn.errors import UsageError

CORPORA: Final[Mapping[str, Corpus]] = MappingProxyType(
    {module.CORPUS.name: module.CORPUS for module in (spoken_digits, yesno, fsdd, digits, an4, mboshi, folder)}
)


def find_corpus(name: str) -> Corpus:
    """Look a corpus up.

    Raises:
        UsageError: there is none of that name; a near miss gets a suggestion.
    """
    if name in CORPORA:
        return CORPORA[name]
    near = difflib.get_close_matches(name, CORPORA, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(CORPORA)}"
    raise UsageError(f"no corpus {name!r}; {hint}")
