"""Gets what is missing of a public corpus, through lhotse where lhotse can, and finishes what was begun.

A mark lies beside the corpus while it is fetched, with the parts that are on their way; lhotse's own marks are inside
the parts it has finished. So neither a folder that is half unpacked is taken for a corpus, nor a part that the user
brought fetched again, which would delete it first.
"""

from pathlib import Path

from speechrnn.atomic import write_json
from speechrnn.corpora.bridge.direct import fetch_directly
from speechrnn.corpora.bridge.download import download_function, download_through_lhotse
from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.language import choose_language
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.room import check_room
from speechrnn.corpora.source import find_folder, find_source
from speechrnn.corpora.unfinished import unfinished_mark, unfinished_parts
from speechrnn.errors import CorpusError
from speechrnn.progress import Progress
from speechrnn.recipe import CorpusConfig


def obtain_public(
    corpus: Corpus, entry: Entry, config: CorpusConfig, data_dir: Path, mirror: str | None, progress: Progress
) -> Path:
    """Fetch and unpack what is missing of a corpus.

    Returns:
        Its folder.

    Raises:
        UsageError: lhotse cannot fetch this corpus, or it has several languages and none is named.
        DownloadError: the download failed, or there is too little room for it.
        CorpusError: what came cannot be unpacked.
    """
    if entry.direct is not None:
        folder = data_dir / corpus.folders[0]
        language = choose_language(entry, folder if folder.is_dir() else None, config.language)
        fetch_directly(entry.direct, folder, language, mirror, progress)
        return find_source(corpus, config, data_dir)
    mark = unfinished_mark(corpus.name, data_dir)
    missing = _missing(corpus, entry, config, data_dir)
    parts = sorted({*unfinished_parts(corpus.name, data_dir), *missing})
    if not parts:
        return find_source(corpus, config, data_dir)
    if corpus.num_bytes is not None and set(entry.splits) <= set(parts):
        check_room(corpus.name, data_dir, corpus.num_bytes)
    write_json(mark, parts)
    named = tuple(part for part in parts if part)
    folder = data_dir if entry.has_own_folder else data_dir / corpus.folders[0]
    download_through_lhotse(entry, folder, named, config, mirror, progress)
    mark.unlink()
    return find_source(corpus, config, data_dir)


def _missing(corpus: Corpus, entry: Entry, config: CorpusConfig, data_dir: Path) -> list[str]:
    """Name the wanted parts that have no folder; an empty name stands for a corpus that comes in one piece."""
    in_parts = bool(download_function(entry).in_role("parts"))
    wanted = list(config.parts or entry.splits) if in_parts else []
    try:
        source = find_folder(corpus, config, data_dir)
    except CorpusError:
        return wanted or [""]
    return [part for part in wanted if not (source / part).is_dir()]
