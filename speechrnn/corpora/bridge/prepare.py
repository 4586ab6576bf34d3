"""Lists a public corpus through lhotse's prepare function for it."""

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from speechrnn.corpora.auto_split import assign_splits
from speechrnn.corpora.bridge.arguments import arguments_for
from speechrnn.corpora.bridge.call import call_lhotse
from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.found import Part, find_parts
from speechrnn.corpora.bridge.language import choose_language, tag_of
from speechrnn.corpora.bridge.listed import list_part
from speechrnn.corpora.bridge.manners import good_manners
from speechrnn.corpora.bridge.signature import Function, read_functions
from speechrnn.corpora.bridge.splits import splits_of
from speechrnn.corpora.bridge.spool import write_spool
from speechrnn.corpora.bridge.view import make_view
from speechrnn.corpora.problem import Problem, ProblemKind
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_COMPLAINTS: Final[tuple[tuple[re.Pattern[str], ProblemKind, str], ...]] = (
    (re.compile(r"No such (?:audio )?file: (?P<path>.+)"), "missing_audio", "no such file"),
    (re.compile(r"(?P<path>.+) has no transcript\.?"), "missing_text", "it has no transcript"),
    (re.compile(r"No transcript: (?P<path>.+)"), "missing_text", "it has no transcript"),
)
"""What lhotse's functions log of what they leave out, and how we say it."""


def list_through_lhotse(entry: Entry, source: Path, config: CorpusConfig) -> Listing:
    """List and split a corpus.

    Args:
        entry: which one.
        source: its folder as its host publishes it, unpacked.
        config: parts, language and options that are wanted, and how splits are drawn that nobody publishes.

    Raises:
        UsageError: an option or a language that this corpus does not have.
        CorpusError: lhotse does not find the corpus there, or a part that was asked for.
        MissingDependencyError: lhotse's function needs a package that is not installed.
    """
    function = read_functions(entry.module)[entry.function]
    language = choose_language(entry, source, config.language)
    complaints: list[str] = []
    with TemporaryDirectory(prefix="speechrnn-lhotse-") as output:
        asked = replace(config, parts=config.parts or tuple(_used_and_there(entry, source)))
        places = {"source": _shown(entry, source, Path(output)), "output": Path(output, "manifests")}
        arguments = arguments_for(entry, function, asked, places, language)
        parts = list(find_parts(_call(entry, function, source, arguments, complaints)))
        spool = write_spool(_list_parts(entry, config, source, _of_language(parts, language), language))
    problems = tuple(_problems(complaints))
    if not spool.num_utterances:
        first = f"; the first fault is {problems[0].path}: {problems[0].reason}" if problems else ""
        raise CorpusError(f"corpus {entry.name}: lhotse found no utterance in {source}{first}")
    split = assign_splits(spool, config)
    return Listing(split.utterances, problems, split.num_utterances)


def _shown(entry: Entry, source: Path, temporary: Path) -> Path:
    """Return the corpus as the function wants it."""
    (temporary / "manifests").mkdir()
    if entry.view is None:
        return source
    where = temporary / "view"
    where.mkdir()
    return make_view(entry.view, entry.name, source, where)


def _used_and_there(entry: Entry, source: Path) -> list[str]:
    """Name the parts that are used unless others are asked for, so that lhotse need not read the rest in vain."""
    return [part for part in entry.splits if (source / part).is_dir()]


def _call(entry: Entry, function: Function, source: Path, arguments: dict[str, Any], complaints: list[str]) -> Any:
    """Call lhotse's function, and collect what it complains of."""
    module = importlib.import_module(f"lhotse.recipes.{function.module}")  # imports torch, 2 s
    with good_manners(module, source) as heard:
        result = call_lhotse(entry, function, source, arguments)
    complaints += heard
    return result


def _of_language(parts: Sequence[Part], language: str | None) -> list[Part]:
    """Keep the parts of one language where parts are told apart by it."""
    named = [part for part in parts if language is not None and language in part.keys]
    return named or list(parts)


def _list_parts(
    entry: Entry, config: CorpusConfig, source: Path, parts: Sequence[Part], language: str | None
) -> Iterator[Utterance | Problem]:
    """List every part that is used, in the order of their names, since that of folders differs between machines."""
    names = [part.name for part in parts if any(True for _ in part.supervisions)]
    if absent := [part for part in config.parts if part not in names]:
        known = ", ".join(sorted(names)) or "none"
        raise CorpusError(f"corpus {entry.name}: {source} has no part {absent[0]!r}; lhotse found {known}")
    wanted = [part for part in parts if not config.parts or part.name in config.parts]
    splits = splits_of([part.name for part in wanted], entry.splits, config.parts)
    tag = tag_of(entry, language)
    for part in sorted(wanted, key=lambda part: part.keys):
        if part.name in splits:
            yield from list_part(part, splits[part.name], entry, tag)
        elif not entry.splits:
            reason = (
                f"the part {part.name!r} is not for training or judging by its name; add it to parts=[...] to use it"
            )
            yield Problem(part.name, str(source), "left_out", reason)


def _problems(messages: Iterable[str]) -> Iterator[Problem]:
    """Name what lhotse's function left out, once each."""
    seen = set()
    for message in messages:
        for pattern, kind, reason in _COMPLAINTS:
            if (match := pattern.fullmatch(message.strip())) is None:
                continue
            path = Path(match["path"].strip())
            if (path.stem, kind) not in seen:
                seen.add((path.stem, kind))
                yield Problem(path.stem, str(path), kind, reason)
            break
