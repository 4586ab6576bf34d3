"""What the toolkit knows about one corpus: where it comes from, what it holds, how to list it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.measure import Stores
from speechrnn.corpora.utterance import Listing
from speechrnn.progress import Progress
from speechrnn.recipe import CorpusConfig

# (source folder, corpus section of the recipe) -> every utterance with its split
ListUtterances = Callable[[Path, CorpusConfig], Listing]

Access = Literal["made here", "download", "bring"]
Setting = Literal["path", "language", "parts", "options", "format", "tier", "encoding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One of the files a corpus is published as.

    Attributes:
        file: its name, also on a mirror.
        url: where it is kept, or None where no https address is known.
        num_bytes: its size, or None where the publisher may change it.
        sha256: its checksum in hexadecimal, or None likewise.
        instead: names of other archives of the same corpus, which a mirror in a folder may hold in its place.
    """

    file: str
    url: str | None
    num_bytes: int | None = None
    sha256: str | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """One corpus.

    Attributes:
        name: as recipes and `speechrnn prep` call it.
        title: one line for a list.
        language: BCP 47 tag, or several where the user chooses one, or None where only the user knows.
        licence: what the publisher allows.
        folders: names (glob patterns, first match wins) of the unpacked folder under the data folder.
        url: where to read about it.
        how_to_get: what to do when it is not there, as the end of an error message.
        list_utterances: lists and splits it.
        stores: whether it holds sound or ready-made Sphinx cepstra.
        stores_in: tells it of one source, where both are published.
        can_leave_out: whether `leave_out` names a speaker to test on.
        draws_split: whether `dev_fraction` and `split_seed` change the split.
        make: makes the corpus in its folder where it is generated rather than fetched; returns at once when it is made.
        beside: corpora in the same data folder whose utterances it takes too; made first where they are generated.
        archives: what `--download` fetches, all of them; empty where there is nothing to fetch.
        fingerprint: a text that changes with the source, for sources that users edit.
        hours: of speech, or None where nobody has counted them.
        num_speakers: who speak, likewise.
        num_bytes: to download, likewise.
        access: whether it is made on this machine, can be downloaded, or the user must bring it.
        takes: settings of the corpus section that it understands besides those above; others are refused.
        entry: how lhotse prepares and fetches it, or None where we do.
        useless: why no recogniser can be trained on it; empty where one can.
        note: what one must know to prepare it.
    """

    name: str
    title: str
    language: str | tuple[str, ...] | None
    licence: str
    folders: tuple[str, ...]
    url: str
    how_to_get: str
    list_utterances: ListUtterances
    stores: Stores = "audio"
    stores_in: Callable[[Path], Stores] | None = None
    can_leave_out: bool = False
    draws_split: bool = False
    make: Callable[[Path, Progress], None] | None = None
    beside: tuple["Corpus", ...] = ()
    archives: tuple[Archive, ...] = ()
    fingerprint: Callable[[Path], str] | None = None
    hours: float | None = None
    num_speakers: int | None = None
    num_bytes: int | None = None
    access: Access = "bring"
    takes: tuple[Setting, ...] = ()
    entry: Entry | None = None
    useless: str = ""
    note: str = ""
