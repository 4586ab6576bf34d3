"""Gets a corpus from its host or a mirror, unless it is there; what an earlier run began is finished."""

from pathlib import Path

from speechrnn.corpora.add_archive import add_archive
from speechrnn.corpora.assemble import Assembly
from speechrnn.corpora.bridge.obtain import obtain_public
from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.mirror import find_on_mirror
from speechrnn.corpora.room import ROOM_FACTOR, check_room
from speechrnn.corpora.source import find_source
from speechrnn.download import Wanted
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig


def obtain_corpus(
    corpus: Corpus,
    data_dir: Path,
    mirror: str | None = None,
    progress: Progress = silent,
    config: CorpusConfig | None = None,
) -> Path:
    """Download and unpack a corpus under the data folder.

    Args:
        corpus: which one.
        data_dir: gets its folder.
        mirror: a folder, or an https address, that holds the archives under their usual names; or the only archive
            itself. One in a folder is the user's own and taken as it is.
        progress: told how far it is.
        config: parts, language and options that are wanted of it; None for the usual ones.

    Returns:
        Its folder.

    Raises:
        UsageError: this corpus is not downloaded, or no address is known and no mirror given.
        DownloadError: the download failed, or there is too little room.
        CorpusError: an archive cannot be unpacked.
    """
    if corpus.entry is not None and corpus.access == "download":
        asked = config or CorpusConfig(name=corpus.name)
        return obtain_public(corpus, corpus.entry, asked, data_dir, mirror, progress)
    if not corpus.archives:
        raise UsageError(f"corpus {corpus.name}: is not downloaded; {corpus.how_to_get}")
    assembly = Assembly(corpus.name, corpus.folders, data_dir)
    try:
        found = find_source(corpus, CorpusConfig(name=corpus.name), data_dir)
    except CorpusError:
        return _assemble(corpus, assembly, data_dir, mirror, progress)
    assembly.clear()
    return found


def _assemble(corpus: Corpus, assembly: Assembly, data_dir: Path, mirror: str | None, progress: Progress) -> Path:
    """Get and unpack every archive that is not unpacked yet."""
    missing = [archive for archive in corpus.archives if not assembly.has(archive.file)]
    places = {archive.file: _place(corpus, archive, mirror) for archive in missing}
    if corpus.num_bytes is not None and len(missing) == len(corpus.archives):
        check_room(corpus.name, data_dir, corpus.num_bytes)
    data_dir.mkdir(parents=True, exist_ok=True)
    for archive in missing:
        wanted = Wanted(num_bytes=archive.num_bytes, sha256=archive.sha256, room_factor=ROOM_FACTOR)
        add_archive(places[archive.file], archive.file, assembly, data_dir / "downloads", progress, wanted)
    return assembly.finish([archive.file for archive in corpus.archives])


def _place(corpus: Corpus, archive: Archive, mirror: str | None) -> Path | str:
    """Choose where to take an archive from: a file, or an address."""
    if mirror is not None:
        return find_on_mirror(mirror, (archive.file, *archive.instead), is_one=len(corpus.archives) == 1)
    if archive.url is None:
        raise UsageError(
            f"corpus {corpus.name}: no https address of {archive.file} is known; see {corpus.url}, "
            "then give --mirror with a folder or an https address that holds it"
        )
    return archive.url
