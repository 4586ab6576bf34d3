"""From an unpacked corpus to checked manifests, once.

`DIR/manifests/<corpus>/[<variant>/]` holds the manifests, `set_aside.jsonl` (one problem a line) and, written last,
`corpus.json`, whose presence says that all the rest is whole. The same corpus with the same options is not prepared
again. Utterances are listed, checked and written one by one, so that memory does not grow with the corpus.
"""

import json
import os
import shutil
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.atomic import write_json
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.fixes import FIXES, Fix
from speechrnn.corpora.leaks import LeakSearch, describe_leaks, refuse_leaks
from speechrnn.corpora.ledger import Ledger, open_ledger
from speechrnn.corpora.levels import Levels
from speechrnn.corpora.manifest import ManifestWriter, WriteRecord, json_lines
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.set_aside import SET_ASIDE, SetAside
from speechrnn.corpora.shar import has_shar, packing, remove_shar
from speechrnn.corpora.source import as_found, ready_source
from speechrnn.corpora.utterance import Listing
from speechrnn.corpora.validate import check_listing
from speechrnn.corpora.variant import language_of, options_of, variant_of
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig

_LAYOUT_VERSION: Final = 1
_MARK: Final = "corpus.json"
_STALE_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class PreparedCorpus:
    """A corpus that training can start on.

    Attributes:
        name: of the corpus.
        directory: holds its manifests.
        splits: those that are there, of train, dev and test, in this order.
        set_aside: everything that could not be used; read from its file when it is walked through.
        info: the content of `corpus.json`.
    """

    name: str
    directory: Path
    splits: tuple[str, ...]
    set_aside: SetAside
    info: dict[str, Any]


def data_directory(option: Path | None) -> Path:
    """Choose the data folder: the option, else `$SPEECHRNN_DATA`, else `./data`."""
    return option or Path(os.environ.get("SPEECHRNN_DATA") or "data")


def prepare_corpus(
    config: CorpusConfig,
    data_dir: Path,
    *,
    force: bool = False,
    jobs: int = 1,
    shar: bool = False,
    progress: Progress = silent,
) -> PreparedCorpus:
    """Check a corpus and write its manifests, or return at once when that is done.

    Args:
        config: which corpus, and how it is split.
        data_dir: holds the unpacked corpus, and gets `manifests/`.
        force: prepare again even when nothing changed.
        jobs: processes that read files; what is written does not depend on it.
        shar: pack the sound into archives too.
        progress: told how far the work is.

    Raises:
        UsageError: no corpus of that name, or archives of one that holds no sound.
        CorpusError: the corpus is not there, not laid out as published, cannot be split as asked, nothing of its train
            part can be used, or train and test share what they must not; or the disk is full.
    """
    corpus = find_corpus(config.name)
    directory = data_dir / "manifests" / corpus.name / variant_of(corpus, config)
    source = ready_source(corpus, config, data_dir, progress)
    corpus = as_found(corpus, source)
    identity = _identity(corpus, config, source)
    if shar and corpus.stores != "audio":
        raise UsageError(f"corpus {corpus.name}: holds ready-made features; --shar packs sound only, leave it out")
    if not force and (prepared := _already_prepared(corpus.name, directory, identity, shar)):
        refuse_leaks(corpus.name, "" if config.allow_leak else prepared.info.get("leaks", ""))
        return prepared
    listing = corpus.list_utterances(source, config)
    directory.mkdir(parents=True, exist_ok=True)
    _sweep(directory)
    job = _Job(corpus=corpus, config=config, directory=directory, jobs=jobs, shar=shar, progress=progress)
    with open_ledger(directory) as ledger:
        info = identity | _write(job, listing, ledger)
    write_json(directory / _MARK, info)
    return _prepared(corpus.name, directory, info)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What is to be written, and how."""

    corpus: Corpus
    config: CorpusConfig
    directory: Path
    jobs: int
    shar: bool
    progress: Progress


def _identity(corpus: Corpus, config: CorpusConfig, source: Path) -> dict[str, Any]:
    """Collect all that decides the manifests, to compare with what is there."""
    return {
        "corpus": corpus.name,
        "version": _LAYOUT_VERSION,
        "options": options_of(corpus, config),
        "source": str(source.resolve()),
        "fingerprint": corpus.fingerprint(source) if corpus.fingerprint else None,
    }


def _prepared(name: str, directory: Path, info: dict[str, Any]) -> PreparedCorpus:
    """Describe what is prepared by its `corpus.json`."""
    set_aside = SetAside(directory / SET_ASIDE, info["set_aside"])
    return PreparedCorpus(name, directory, tuple(info["splits"]), set_aside, info)


def _already_prepared(name: str, directory: Path, identity: dict[str, Any], shar: bool) -> PreparedCorpus | None:
    """Read a preparation back, if it is whole and of the same identity, and has archives where they are wanted."""
    try:
        info = json.loads((directory / _MARK).read_text(encoding="utf-8"))
        if any(info[key] != value for key, value in identity.items()) or not (directory / SET_ASIDE).exists():
            return None
        return None if shar and not has_shar(directory) else _prepared(name, directory, info)
    except (OSError, ValueError, TypeError, KeyError):
        return None  # absent, or written by another version: prepare again


def _write(job: _Job, listing: Listing, ledger: Ledger) -> dict[str, Any]:
    """Write every manifest, archives if wanted, and what is set aside; nothing takes its name before all is whole.

    Returns:
        What `corpus.json` says of it.
    """
    corpus, directory, language = job.corpus, job.directory, language_of(job.corpus, job.config)
    leaks = LeakSearch(ledger.connection, listing, allow_leak=False)
    with ExitStack() as files:
        writer = ManifestWriter(files, directory, corpus, language, ledger)
        archives = files.enter_context(packing(directory, language)) if job.shar else None
        set_aside = _Aside(files.enter_context(json_lines(directory / SET_ASIDE)))
        levels = Levels()
        fixes = _Fixes(files.enter_context(json_lines(directory / FIXES))) if job.config.fix else None
        for item in check_listing(listing, corpus, ledger, jobs=job.jobs, fixed=fixes, progress=job.progress):
            if isinstance(item, Problem):
                set_aside(item)
                continue
            writer.write(item)
            leaks.add(item)
            levels.add(item)
            if archives is not None:
                archives.write(item)
        if "train" not in writer.summaries():
            raise CorpusError(f"corpus {corpus.name}: nothing of its train part can be used{set_aside.first}")
        shared = describe_leaks(leaks.found())
        refuse_leaks(corpus.name, "" if job.config.allow_leak else shared)
        _clear(corpus, directory)
    about: dict[str, Any] = {
        "language": language,
        "licence": corpus.licence,
        "url": corpus.url,
        "set_aside": dict(set_aside.kinds),
    }
    splits = writer.summaries()
    where_there = {
        "shar": archives and {split: archives.num_shards[split] for split in splits},
        "fixes": fixes and fixes.count,
        "leaks": shared or None,
    }
    about |= {name: value for name, value in where_there.items() if value is not None}
    return {"splits": splits, "levels": levels.counts(splits)} | about


class _Aside:
    """Writes problems down and counts them by kind."""

    def __init__(self, write: WriteRecord) -> None:
        self.kinds: Counter[str] = Counter()
        self.first, self._write = "", write

    def __call__(self, problem: Problem) -> None:
        """Write one down."""
        self.first = self.first or f"; the first fault is {problem.path}: {problem.reason}"
        self.kinds[problem.kind] += 1
        self._write(problem.to_dict())


class _Fixes:
    """Writes repairs down and counts them."""

    def __init__(self, write: WriteRecord) -> None:
        self.count, self._write = 0, write

    def __call__(self, fix: Fix) -> None:
        """Write one down."""
        self._write(fix.to_dict())
        self.count += 1


def _sweep(directory: Path) -> None:
    """Remove what a process left that was killed; a day old, since another may be preparing the same at this moment."""
    for partial in directory.glob(".*.partial"):
        if time.time() - partial.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(partial) if partial.is_dir() else partial.unlink()


def _clear(corpus: Corpus, directory: Path) -> None:
    """Remove an older preparation, its mark first, so that a split that is gone leaves no manifest behind."""
    (directory / _MARK).unlink(missing_ok=True)
    for manifest in directory.glob(f"{corpus.name}_*.jsonl.gz"):
        manifest.unlink()
    remove_shar(directory)
