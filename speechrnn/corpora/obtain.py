"""Gets a corpus from its host or a mirror, unless it is there."""

from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.source import find_source
from speechrnn.corpora.unpack import unpack
from speechrnn.download import Wanted, fetch
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig

_ROOM_FACTOR: Final = 3  # the archive, and what is unpacked from it


def obtain_corpus(corpus: Corpus, data_dir: Path, mirror: str | None = None, progress: Progress = silent) -> Path:
    """Download and unpack a corpus under the data folder.

    Args:
        corpus: which one.
        data_dir: gets its folder.
        mirror: a folder, or an https address, that holds the archive under its usual name; or the archive itself.
        progress: told how far it is.

    Returns:
        Its folder.

    Raises:
        UsageError: this corpus is not downloaded, or no address is known and no mirror given.
        DownloadError: the download failed.
        CorpusError: the archive cannot be unpacked.
    """
    if corpus.archive is None:
        raise UsageError(f"corpus {corpus.name}: is not downloaded; {corpus.how_to_get}")
    try:
        return find_source(corpus, CorpusConfig(name=corpus.name), data_dir)
    except CorpusError:
        data_dir.mkdir(parents=True, exist_ok=True)
    if mirror is not None and "://" not in mirror:
        return unpack(_local_archive(corpus.archive, Path(mirror).expanduser()), data_dir, corpus.folders)
    target = data_dir / "downloads" / corpus.archive.file
    archive = corpus.archive
    published = Wanted(num_bytes=archive.num_bytes, sha256=archive.sha256, room_factor=_ROOM_FACTOR)
    fetch(_address(corpus, archive, mirror), target, published, progress)
    folder = unpack(target, data_dir, corpus.folders)
    target.unlink()
    return folder


def _local_archive(archive: Archive, mirror: Path) -> Path:
    """Find the archive in a folder, or take the path as the archive."""
    path = mirror / archive.file if mirror.is_dir() else mirror
    if not path.is_file():
        raise UsageError(f"--mirror {mirror}: no file {path}")
    return path


def _address(corpus: Corpus, archive: Archive, mirror: str | None) -> str:
    """Choose where to download from."""
    if mirror is not None:
        return mirror if mirror.endswith((".tar", ".gz", ".tgz")) else f"{mirror.rstrip('/')}/{archive.file}"
    if archive.url is None:
        raise UsageError(
            f"corpus {corpus.name}: no https address of {archive.file} is known; see {corpus.url}, "
            "then give --mirror with a folder or an https address that holds it"
        )
    return archive.url
