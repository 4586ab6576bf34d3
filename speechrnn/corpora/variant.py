"""Splits of one corpus side by side: the folder name of each, and the settings that make it.

Every setting that moves an utterance is in the name, so that preparing one split never overwrites the manifests
another run still reads.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.shar_mirror import is_address
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

_ONLY_SOME: Final = ("language", "parts", "options", "format", "tier", "encoding")


def options_of(corpus: Corpus, config: CorpusConfig) -> dict[str, Any]:
    """Return the settings that decide the manifests of this corpus, and no others.

    Raises:
        CorpusError: `leave_out` for a corpus that cannot do it.
        UsageError: a setting that this corpus does not take.
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
    if not corpus.folders or config.path is not None:
        path = str(config.path)
        options["path"] = path if is_address(path) else str(Path(path).expanduser().resolve())
    if config.fix:
        options["fix"] = True
    return options | _own_settings(corpus, config)


def _own_settings(corpus: Corpus, config: CorpusConfig) -> dict[str, Any]:
    """Return those settings that only some corpora take, where they are not as usual."""
    given = {name: value for name in _ONLY_SOME if (value := getattr(config, name))}
    if refused := sorted(given.keys() - set(corpus.takes)):
        known = ", ".join(name for name in _ONLY_SOME if name in corpus.takes) or "none of these"
        raise UsageError(f"corpus {corpus.name}: takes no {refused[0]}={given[refused[0]]!r}; it takes {known}")
    plain: dict[str, Any] = json.loads(json.dumps(given))  # as corpus.json gives it back, lists for tuples
    return plain


def language_of(corpus: Corpus, config: CorpusConfig) -> str | None:
    """Return the one language of what is prepared, or None where it is not one or not known."""
    return config.language or (corpus.language if isinstance(corpus.language, str) else None)


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
    parts += [_plain(options[name]) for name in ("language", "format", "tier") if name in options]
    parts += [_plain(part) for part in options.get("parts", ())]
    parts += ["fixed"] if "fix" in options else []
    if "options" in options:
        parts.append(hashlib.sha256(json.dumps(options["options"], sort_keys=True).encode()).hexdigest()[:8])
    return "-".join(parts)


def _plain(name: str) -> str:
    """Keep what every file system takes in a name."""
    return re.sub(r"[^\w.-]+", "_", name) or "_"
