"""What the toolkit knows about one corpus: where it comes from, what it holds, how to list it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from speechrnn.corpora.utterance import Listing
from speechrnn.progress import Progress
from speechrnn.recipe import CorpusConfig

# (source folder, corpus section of the recipe) -> every utterance with its split
ListUtterances = Callable[[Path, CorpusConfig], Listing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The one file a corpus is published as.

    Attributes:
        file: its name, also on a mirror.
        url: where its publisher keeps it, or None where no https address is known.
        num_bytes: its size, or None where the publisher may change it.
        sha256: its checksum in hexadecimal, or None likewise.
    """

    file: str
    url: str | None
    num_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus.

    Attributes:
        name: as recipes and `speechrnn prep` call it.
        title: one line for a list.
        language: BCP 47 tag, or None where only the user knows.
        licence: what the publisher allows.
        size: hours, utterances and speakers, for a list.
        folders: names (glob patterns, first match wins) of the unpacked folder under the data folder.
        url: where to read about it.
        how_to_get: what to do when it is not there, as the end of an error message.
        list_utterances: lists and splits it.
        stores: whether it holds sound or ready-made Sphinx cepstra.
        can_leave_out: whether `leave_out` names a speaker to test on.
        draws_split: whether `dev_fraction` and `split_seed` change the split.
        make: makes the corpus in its folder where it is generated rather than fetched; returns at once when it is made.
        beside: corpora in the same data folder whose utterances it takes too; made first where they are generated.
        archive: what `--download` fetches, or None where there is nothing to fetch.
        fingerprint: a text that changes with the source, for sources that users edit.
    """

    name: str
    title: str
    language: str | None
    licence: str
    size: str
    folders: tuple[str, ...]
    url: str
    how_to_get: str
    list_utterances: ListUtterances
    stores: Literal["audio", "sphinx_features"] = "audio"
    can_leave_out: bool = False
    draws_split: bool = False
    make: Callable[[Path, Progress], None] | None = None
    beside: tuple["Corpus", ...] = ()
    archive: Archive | None = None
    fingerprint: Callable[[Path], str] | None = None
