"""Facts of a corpus as lists put them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from speechrnn.corpora.corpus import Corpus

_MOST_LANGUAGES: Final = 4
_BYTES_PER_GB: Final = 10**9


def languages_of(corpus: "Corpus") -> list[str] | None:
    """Return the tags of its languages, or None where only the user knows."""
    if corpus.language is None:
        return None
    return [corpus.language] if isinstance(corpus.language, str) else list(corpus.language)


def in_words(tags: Sequence[str]) -> str:
    """Name languages, or count them where they are many."""
    from speechrnn.corpora.language_name import language_name

    if len(tags) > _MOST_LANGUAGES:
        return f"{len(tags)} languages"
    return ", ".join("any" if tag == "*" else language_name(tag) for tag in tags)


def in_gigabytes(num_bytes: int | None) -> str:
    """Write a size in GB of 10^9 bytes, two digits of it; nothing where nobody knows."""
    return "" if num_bytes is None else f"{num_bytes / _BYTES_PER_GB:.2g}"
