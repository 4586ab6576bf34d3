"""Lists the utterances of ELAN files and TextGrids: one recording, many utterances, on the tier that is spoken.

`tier` names that tier, or several by a pattern such as `tx@*`, one for each speaker. Without it the only tier that has
text is taken, and where there are more the error lists them: what is transcript and what is gloss, no program knows.
A speaker is who the file says (ELAN's participant), else, where several tiers of one file are taken, the tier.
"""

import difflib
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from speechrnn.corpora.auto_split import UNDECIDED
from speechrnn.corpora.files_below import files_below
from speechrnn.corpora.imports import eaf, textgrid
from speechrnn.corpora.imports.annotated import AnnotatedFile, Annotation
from speechrnn.corpora.imports.media import MediaFinder, file_name
from speechrnn.corpora.near_name import did_you_mean
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.split_name import split_of
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

_Read = Callable[[Path], AnnotatedFile]


def list_eaf(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List an ELAN file, or all of a folder.

    Raises:
        CorpusError: the file cannot be read, or no file of the folder has text.
        UsageError: no such tier, or several and none is named.
    """
    return _list(source, eaf.SUFFIX, eaf.read_eaf, config.tier)


def list_textgrid(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List a TextGrid, or all of a folder.

    Raises:
        CorpusError: as `list_eaf`.
        UsageError: as `list_eaf`, or there is no encoding of that name.
    """
    read = functools.partial(textgrid.read_textgrid, encoding=config.encoding)
    return _list(source, textgrid.SUFFIX, read, config.tier)


def is_annotated(source: Path, suffix: str) -> bool:
    """Recognise an annotated file by its suffix, or a folder with some in it or further down."""
    return source.suffix.lower() == suffix if not source.is_dir() else any(_walk(source, suffix))


def _walk(source: Path, suffix: str) -> Iterator[Path]:
    """Find annotated files by their suffix, in any letter case."""
    return (file for file, _ in files_below(source) if file.suffix.lower() == suffix)


def _list(source: Path, suffix: str, read: _Read, wanted: str | None) -> Iterator[Utterance | Problem]:
    """Choose the tier by looking at all files first, then list them one after another."""
    files = list(_walk(source, suffix)) if source.is_dir() else [source]
    chosen = _choose(source, files, read, wanted)
    finder = MediaFinder(source)
    folder = source if source.is_dir() else source.parent
    for file in files:
        name = file.relative_to(folder).with_suffix("").as_posix()
        try:
            annotated = read(file)
        except CorpusError as error:
            yield Problem(name, str(file), "missing_text", str(error).removeprefix(f"{file}: "))
            continue
        yield from _utterances(name, annotated, chosen, finder)


def _choose(source: Path, files: Sequence[Path], read: _Read, wanted: str | None) -> frozenset[str]:
    """Return the names of the tiers to take; a name that is there is no pattern, also where it holds brackets."""
    counts = _count_texts(files, read, keep_going=source.is_dir())
    listed = ", ".join(f"{name!r} ({count})" for name, count in counts.items())
    if not counts:
        raise CorpusError(f"{source}: no tier with text on it; annotate it first, or name another file")
    if wanted is None and len(counts) > 1:
        raise UsageError(f"{source}: several tiers have text: {listed}; say which is spoken, with tier=NAME")
    if wanted is None or wanted in counts:
        return frozenset(counts if wanted is None else [wanted])
    if not (chosen := frozenset(name for name in counts if fnmatchcase(name, wanted))):
        near = difflib.get_close_matches(wanted, counts, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise UsageError(f"{source}: no tier {wanted!r} with text on it; {hint}There are {listed}")
    return chosen


def _count_texts(files: Iterable[Path], read: _Read, *, keep_going: bool) -> Counter[str]:
    """Count the annotations with text of each tier of intervals; of a folder, broken files are named later."""
    counts: Counter[str] = Counter()
    for file in files:
        try:
            tiers = read(file).tiers
        except CorpusError:
            if not keep_going:
                raise
            continue
        for tier in tiers:
            if tier.kind == "intervals" and (count := sum(bool(one.text) for one in tier.annotations)):
                counts[tier.name] += count
    return counts


def _utterances(
    name: str, annotated: AnnotatedFile, chosen: frozenset[str], finder: MediaFinder
) -> Iterator[Utterance | Problem]:
    """List what one file holds on the tiers that were chosen."""
    tiers = [tier for tier in annotated.tiers if tier.kind == "intervals" and tier.name in chosen]
    if not tiers:
        there = ", ".join(repr(tier.name) for tier in annotated.tiers) or "none"
        wanted = " or ".join(map(repr, sorted(chosen)))
        yield Problem(name, str(annotated.path), "missing_text", f"no tier {wanted}; its tiers are {there}")
        return
    found = finder.find(annotated)
    if found is None:
        names = [*dict.fromkeys(file_name(one.url) for one in annotated.media)] or [f"{annotated.path.stem}.wav"]
        hint = next(filter(None, (did_you_mean(annotated.path.with_name(one)) for one in names)), "put it there")
        yield Problem(
            name, str(annotated.path), "missing_audio", f"no recording {' or '.join(names)} beside it; {hint}"
        )
        return
    for tier in tiers:
        label = f"-{tier.name}" if len(tiers) > 1 else ""
        speaker = tier.speaker or (tier.name if label else None)
        for annotation in tier.annotations:
            yield _utterance(name, label, speaker, annotation, annotated.path, found)


def _utterance(
    name: str, label: str, speaker: str | None, annotation: Annotation, path: Path, media: tuple[Path, float]
) -> Utterance | Problem:
    """Turn one annotation into an utterance of its recording."""
    start, end = annotation.start_seconds, annotation.end_seconds
    if start is None or end is None or end <= start:
        reason = f"{annotation.text!r} has no stretch of time ({start} to {end} s); align it in its editor"
        return Problem(f"{name}@none{label}", str(path), "too_short", reason)
    audio, origin = media
    return Utterance(
        utterance_id=f"{name}@{start:.3f}{label}",
        split=split_of(Path(name).parts[0]) or UNDECIDED if "/" in name else UNDECIDED,
        path=audio,
        text=annotation.text,
        speaker=speaker,
        start_seconds=round(start + origin, 6),
        duration_seconds=round(end - start, 6),
        text_file=path,
    )
