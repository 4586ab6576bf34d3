"""Finds the unpacked corpus under the data folder, or makes one that is generated."""

from dataclasses import replace
from pathlib import Path

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.shar_mirror import is_address, mirror_shar
from speechrnn.corpora.unfinished import unfinished_mark, unfinished_parts
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress
from speechrnn.recipe import CorpusConfig


def ready_source(corpus: Corpus, config: CorpusConfig, data_dir: Path, progress: Progress) -> Path:
    """Return the folder of a corpus once all of it is there, those it takes utterances from included.

    Raises:
        UsageError: as `find_source`, or no recogniser can be trained on this corpus.
        CorpusError: as `find_source`, or a generated corpus cannot be made.
        MissingDependencyError: what makes a generated corpus is not installed.
        DownloadError: archives at an address cannot be fetched.
    """
    if corpus.useless:
        raise UsageError(f"corpus {corpus.name}: no recogniser can be trained on it: {corpus.useless}")
    if not corpus.folders and config.path is not None and is_address(config.path):
        return mirror_shar(config.path, data_dir, progress)
    source = find_source(corpus, config, data_dir)
    for other in corpus.beside:
        ready_source(other, CorpusConfig(name=other.name), data_dir, progress)
    if corpus.make is not None:
        corpus.make(source, progress)
    return source


def as_found(corpus: Corpus, source: Path) -> Corpus:
    """Return what is known of a corpus that is published with sound and without, as it lies in this folder."""
    return corpus if corpus.stores_in is None else replace(corpus, stores=corpus.stores_in(source))


def find_source(corpus: Corpus, config: CorpusConfig, data_dir: Path) -> Path:
    """Return the folder of a corpus, if what is wanted of it is whole.

    Raises:
        UsageError: as `find_folder`.
        CorpusError: as `find_folder`, or its download broke off.
    """
    source = find_folder(corpus, config, data_dir)
    begun = () if config.path is not None else unfinished_parts(corpus.name, data_dir)
    if half := [part for part in begun if (source / part).exists() and part in ("", *(config.parts or (part,)))]:
        raise CorpusError(
            f"corpus {corpus.name}: {source / half[0]} is not whole, its download broke off; the same command with "
            f"--download finishes it (or delete {unfinished_mark(corpus.name, data_dir)} if you have done so yourself)"
        )
    return source


def find_folder(corpus: Corpus, config: CorpusConfig, data_dir: Path) -> Path:
    """Return the folder of a corpus: the user's own path, or the first of its folder names that exists.

    Raises:
        UsageError: a corpus without a folder name of its own was given no path or one that does not exist, or another
            corpus was given a path.
        CorpusError: the corpus is not in the data folder.
    """
    if not corpus.folders or (config.path is not None and "path" in corpus.takes):
        return _own_path(corpus, config)
    if config.path is not None:
        raise UsageError(
            f"corpus {corpus.name}: takes no path, it is found by its folder name; only corpus folder takes one"
        )
    if corpus.make is not None:
        return data_dir / corpus.folders[0]
    for pattern in corpus.folders:
        if matches := sorted(match for match in data_dir.glob(pattern) if match.is_dir()):
            return matches[0]
    wanted = " or ".join(corpus.folders)
    raise CorpusError(
        f"corpus {corpus.name}: no folder {wanted} in {data_dir.resolve()}; {corpus.how_to_get}, "
        f"or give its parent folder as --data DIR or $SPEECHRNN_DATA"
    )


def _own_path(corpus: Corpus, config: CorpusConfig) -> Path:
    """Check the path the user gave."""
    if config.path is None:
        raise UsageError(
            f"corpus {corpus.name}: say where it is, with --path DIR_OR_TABLE or corpus.path in the recipe"
        )
    path = Path(config.path).expanduser()
    if not path.exists():
        raise UsageError(
            f"corpus {corpus.name}: {path} does not exist; wanted a directory of audio, or a CSV/TSV/JSONL table"
        )
    return path
