"""Gets a corpus from its host or a mirror, unless it is there."""

from pathlib import Path

from speechrnn.corpora.corpus import Archive, Corpus
from speechrnn.corpora.download import fetch
from speechrnn.corpora.progress import Progress, silent
from speechrnn.corpora.source import find_source
from speechrnn.corpora.unpack import unpack
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig


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
        CorpusError: the download or the archive failed.
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
    fetch(_address(corpus, corpus.archive, mirror), target, corpus.archive, progress)
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
