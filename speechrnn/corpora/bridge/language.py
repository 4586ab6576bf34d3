"""Which language of a corpus of many is meant, by BCP 47 tag or by lhotse's own name for it."""

from collections.abc import Iterable
from pathlib import Path

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.errors import UsageError

ANY = "*"
"""Stands for every language in `Entry.languages`, where a corpus gains new ones all the time."""


def choose_language(entry: Entry, source: Path | None, wanted: str | None) -> str | None:
    """Return lhotse's name of the language to prepare.

    Args:
        entry: the corpus.
        source: its folder, whose subfolders tell which languages are there; None before it is fetched.
        wanted: what the user asked for, or None.

    Returns:
        The name, or None for a corpus of one language.

    Raises:
        UsageError: the corpus has no such language, or has several of which none was chosen.
    """
    if not entry.languages:
        return None
    if wanted is not None:
        return _named(entry, wanted)
    there = _there(entry, source) if source is not None else []
    if len(there) == 1:
        return there[0]
    choice = [tag_of(entry, name) or "" for name in there] or list(entry.languages)
    raise UsageError(f"corpus {entry.name}: which language? Give language=TAG, of {', '.join(choice)}")


def tag_of(entry: Entry, name: str | None) -> str | None:
    """Return the BCP 47 tag of a language by lhotse's name for it."""
    return next((tag for tag, own in entry.languages.items() if own == name), name)


def _named(entry: Entry, wanted: str) -> str:
    """Find a language by its tag, or by lhotse's name for it."""
    if wanted in entry.languages:
        return entry.languages[wanted]
    if ANY in entry.languages or wanted in entry.languages.values():
        return wanted
    raise UsageError(f"corpus {entry.name}: no language {wanted!r}; it has {', '.join(entry.languages)}")


def _there(entry: Entry, source: Path) -> list[str]:
    """Tell which languages have a folder."""
    folders = sorted(folder.name for folder in source.iterdir() if folder.is_dir() and folder.name[0] != ".")
    if ANY in entry.languages:
        return folders
    return [name for name in entry.languages.values() if _has_folder(name, folders)]


def _has_folder(name: str, folders: Iterable[str]) -> bool:
    """Tell whether a folder is named after a language, alone or between underscores as in `mls_polish_opus`."""
    return any(name == folder or name in folder.split("_") for folder in folders)
