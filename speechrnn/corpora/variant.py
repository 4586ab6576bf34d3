"""Splits of one corpus side by side: the folder name of each, and the settings that make it.

Every setting that moves an utterance is in the name, so that preparing one split never overwrites the manifests
another run still reads.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from speechrnn.corpora.corpus import Corpus
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig


def options_of(corpus: Corpus, config: CorpusConfig) -> dict[str, Any]:
    """Return the settings that decide the manifests of this corpus, and no others.

    Raises:
        CorpusError: `leave_out` for a corpus that cannot do it.
    """
    options: dict[str, Any] = {}
    if config.leave_out is not None:
        if not corpus.can_leave_out:
            raise CorpusError(
                f"corpus {corpus.name}: leave_out {config.leave_out!r} is not possible, only its own split is"
            )
        options["leave_out"] = config.leave_out
    if corpus.draws_split:
        options |= {"dev_fraction": config.dev_fraction, "split_seed": config.split_seed}
    if not corpus.folders:
        options["path"] = str(Path(str(config.path)).expanduser().resolve())
    return options


def variant_of(corpus: Corpus, config: CorpusConfig) -> str:
    """Name the folder of a split under the corpus's own; empty for the split everybody means.

    >>> from speechrnn.corpora.fsdd import CORPUS
    >>> variant_of(CORPUS, CorpusConfig(name="fsdd")), variant_of(CORPUS, CorpusConfig(name="fsdd", leave_out="theo"))
    ('', 'leave-out-theo')
    """
    options, usual = options_of(corpus, config), CorpusConfig(name=corpus.name)
    parts: list[str] = []
    if "path" in options:
        path = Path(options["path"])
        parts.append(f"{_plain(path.stem)}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}")
    if "leave_out" in options:
        parts.append(f"leave-out-{_plain(options['leave_out'])}")
    if options.get("dev_fraction", usual.dev_fraction) != usual.dev_fraction:
        parts.append(f"dev-{options['dev_fraction']:g}")
    if options.get("split_seed", usual.split_seed) != usual.split_seed:
        parts.append(f"split-{options['split_seed']}")
    return "-".join(parts)


def _plain(name: str) -> str:
    """Keep what every file system takes in a name."""
    return re.sub(r"[^\w.-]+", "_", name) or "_"
