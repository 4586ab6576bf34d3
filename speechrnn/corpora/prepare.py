"""From an unpacked corpus to checked manifests, once.

`DIR/manifests/<corpus>/[<variant>/]` holds the manifests, `set_aside.jsonl` (one problem a line) and, written last,
`corpus.json`, whose presence says that all the rest is whole. The same corpus with the same options is not prepared
again.
"""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.atomic import write_json
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.manifest import seconds_of, write_json_lines, write_split
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.source import ready_source
from speechrnn.corpora.utterance import Utterance
from speechrnn.corpora.validate import Checked, check_listing
from speechrnn.corpora.variant import options_of, variant_of
from speechrnn.errors import CorpusError
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig

_LAYOUT_VERSION: Final = 1
_SPLITS: Final = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class PreparedCorpus:
    """A corpus that training can start on.

    Attributes:
        name: of the corpus.
        directory: holds its manifests.
        splits: those that are there, of train, dev and test, in this order.
        set_aside: everything that could not be used.
        info: the content of `corpus.json`.
    """

    name: str
    directory: Path
    splits: tuple[str, ...]
    set_aside: tuple[Problem, ...]
    info: dict[str, Any]


def data_directory(option: Path | None) -> Path:
    """Choose the data folder: the option, else `$SPEECHRNN_DATA`, else `./data`."""
    return option or Path(os.environ.get("SPEECHRNN_DATA") or "data")


def prepare_corpus(
    config: CorpusConfig, data_dir: Path, *, force: bool = False, progress: Progress = silent
) -> PreparedCorpus:
    """Check a corpus and write its manifests, or return at once when that is done.

    Args:
        config: which corpus, and how it is split.
        data_dir: holds the unpacked corpus, and gets `manifests/`.
        force: prepare again even when nothing changed.
        progress: told how far the work is.

    Raises:
        UsageError: no corpus of that name.
        CorpusError: the corpus is not there, not laid out as published, cannot be split as asked, or nothing of its
            train part can be used.
    """
    corpus = find_corpus(config.name)
    directory = data_dir / "manifests" / corpus.name / variant_of(corpus, config)
    source = ready_source(corpus, config, data_dir, progress)
    identity = _identity(corpus, config, source)
    if not force and (prepared := _already_prepared(corpus.name, directory, identity)):
        return prepared
    checked = check_listing(corpus.list_utterances(source, config), corpus, progress)
    return _write(corpus, directory, checked, identity, progress)


def validate_corpus(config: CorpusConfig, data_dir: Path, progress: Progress = silent) -> Checked:
    """Check a corpus as `prepare_corpus` does, and write nothing.

    Raises:
        UsageError: no corpus of that name.
        CorpusError: the corpus is not there or not laid out as published.
    """
    corpus = find_corpus(config.name)
    source = ready_source(corpus, config, data_dir, progress)
    return check_listing(corpus.list_utterances(source, config), corpus, progress)


def _identity(corpus: Corpus, config: CorpusConfig, source: Path) -> dict[str, Any]:
    """Collect all that decides the manifests, to compare with what is there."""
    return {
        "corpus": corpus.name,
        "version": _LAYOUT_VERSION,
        "options": options_of(corpus, config),
        "source": str(source.resolve()),
        "fingerprint": corpus.fingerprint(source) if corpus.fingerprint else None,
    }


def _already_prepared(name: str, directory: Path, identity: dict[str, Any]) -> PreparedCorpus | None:
    """Read a preparation back, if it is whole and of the same identity."""
    try:
        info = json.loads((directory / "corpus.json").read_text(encoding="utf-8"))
        lines = (directory / "set_aside.jsonl").read_text(encoding="utf-8").splitlines()
        if any(info[key] != value for key, value in identity.items()):
            return None
        return PreparedCorpus(
            name, directory, tuple(info["splits"]), tuple(Problem(**json.loads(line)) for line in lines), info
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None  # absent, or written by another version: prepare again


def _write(
    corpus: Corpus, directory: Path, checked: Checked, identity: dict[str, Any], progress: Progress
) -> PreparedCorpus:
    """Write every manifest, `corpus.json` last."""
    by_split = {split: [u for u in checked.utterances if u.split == split] for split in _SPLITS}
    if not by_split["train"]:
        first = (
            f"; the first fault is {checked.problems[0].path}: {checked.problems[0].reason}" if checked.problems else ""
        )
        raise CorpusError(f"corpus {corpus.name}: nothing of its train part can be used{first}")
    directory.mkdir(parents=True, exist_ok=True)
    _clear(corpus, directory)
    splits = {split: utterances for split, utterances in by_split.items() if utterances}
    for done, (split, utterances) in enumerate(splits.items(), start=1):
        write_split(directory, corpus.name, split, utterances, checked.media, corpus.language)
        progress("writing manifests", done, len(splits))
    write_json_lines(directory / "set_aside.jsonl", [problem.to_dict() for problem in checked.problems])
    info = identity | {
        "splits": {split: _summary(utterances, checked) for split, utterances in splits.items()},
        "language": corpus.language,
        "licence": corpus.licence,
        "url": corpus.url,
        "set_aside": dict(Counter(problem.kind for problem in checked.problems)),
    }
    write_json(directory / "corpus.json", info)
    return PreparedCorpus(corpus.name, directory, tuple(splits), checked.problems, info)


def _clear(corpus: Corpus, directory: Path) -> None:
    """Remove an older preparation, its mark first, so that a split that is gone leaves no manifest behind."""
    (directory / "corpus.json").unlink(missing_ok=True)
    for manifest in directory.glob(f"{corpus.name}_*.jsonl.gz"):
        manifest.unlink()


def _summary(utterances: Sequence[Utterance], checked: Checked) -> dict[str, Any]:
    """Count one split."""
    return {
        "utterances": len(utterances),
        "seconds": round(sum(seconds_of(u, checked.media[u.path]) for u in utterances), 3),
        "speakers": len({u.speaker for u in utterances if u.speaker is not None}),
    }
