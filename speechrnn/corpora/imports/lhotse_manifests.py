"""lhotse's manifests as `lhotse prepare` and its recipes write them: JSON lines, in gzip or not.

A folder holds `*recordings*` beside `*supervisions*`, or `*cuts*`; what is left of a name tells the part. Read as plain
JSON, so lhotse and torch stay unloaded. Sound is read from files only: recordings that are commands, addresses or
changed on the way (speed, volume) are set aside.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO, cast

from speechrnn.corpora.bad_lines import bad_line, unless_all_bad
from speechrnn.corpora.encoding import is_unicode, open_lines
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.json_line import json_object
from speechrnn.corpora.problem import Problem, joined
from speechrnn.corpora.transcript import text_problems
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_SUFFIXES: Final = (".jsonl.gz", ".jsonl")
_PAIRED: Final = "supervisions"
_SHARD: Final = re.compile(r"cuts\.\d+\.")  # of lhotse's Shar, whose sound is in archives
_Json = dict[str, Any]


class _Sound(NamedTuple):
    """A file, and which of its channels is meant; None for all of them."""

    file: str
    channel: int | None = None


class _Said(NamedTuple):
    """A supervision, the line it stands on, and its recording where the manifests have it."""

    line: int
    segment: _Json
    recording: _Json | None


def is_lhotse(source: Path) -> bool:
    """Recognise a folder of manifests."""
    return source.is_dir() and bool(_parts(source))


def list_lhotse(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List the manifests of a folder by the split in their name.

    Raises:
        CorpusError: a manifest is missing, damaged, or no line of it is lhotse's.
        UsageError: it is not clear which manifests to take.
    """
    for manifest, split in choose_parts(source, _parts(source), config.parts):
        yield from unless_all_bad(_list_manifest(manifest, split))


def _list_manifest(manifest: Path, split: str) -> Iterator[Utterance | Problem]:
    """List one manifest of supervisions or cuts."""
    for item in _from_pair(manifest) if _PAIRED in manifest.name else _from_cuts(manifest):
        if isinstance(item, Problem):
            yield item
            continue
        try:
            yield _utterance(manifest, item, split)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"not as lhotse writes it, {type(error).__name__} {error}; write it again"
            yield bad_line(manifest, item.line, reason, str(item.segment.get("id", "")))


def _parts(source: Path) -> dict[str, Path]:
    """Find what names utterances, by the rest of its name: `supervisions` with `recordings` beside it, or `cuts`."""
    found: dict[str, Path] = {}
    for kind in (_PAIRED, "cuts"):
        for file in sorted(source.glob(f"*{kind}*")):
            suffix = next((suffix for suffix in _SUFFIXES if file.name.endswith(suffix)), None)
            if suffix and (_recordings_of(file).is_file() if kind == _PAIRED else not _SHARD.match(file.name)):
                rest = (word.strip("-_.") for word in file.name.removesuffix(suffix).split(kind))
                found.setdefault("_".join(filter(None, rest)), file)
    return found


def _recordings_of(supervisions: Path) -> Path:
    return supervisions.with_name(supervisions.name.replace(_PAIRED, "recordings"))


def _from_pair(supervisions: Path) -> Iterator[_Said | Problem]:
    """Join each supervision with its recording; recordings are held, as they come in any order."""
    recordings: dict[str, _Json] = {}
    for number, record in _records(_recordings_of(supervisions), ("id", "sources")):
        if isinstance(record, str):
            yield bad_line(_recordings_of(supervisions), number, record)
        else:
            recordings[str(record["id"])] = record
    for number, segment in _records(supervisions, ("id", "recording_id", "start", "duration")):
        if isinstance(segment, str):
            yield bad_line(supervisions, number, segment)
        else:
            yield _Said(number, segment, recordings.get(str(segment["recording_id"])))


def _from_cuts(cuts: Path) -> Iterator[_Said | Problem]:
    """Take the supervisions of each cut, whose times count from where the cut begins."""
    for number, cut in _records(cuts, ("id", "start", "supervisions")):
        if isinstance(cut, str):
            yield bad_line(cuts, number, cut)
            continue
        try:
            for segment in cut["supervisions"]:
                yield _Said(number, segment | {"start": cut["start"] + segment["start"]}, cut.get("recording"))
        except (KeyError, TypeError) as error:
            yield bad_line(cuts, number, f"a supervision without {error}; write it again", str(cut["id"]))


def _records(path: Path, keys: tuple[str, ...]) -> Iterator[tuple[int, _Json | str]]:
    """Read the objects of a manifest with their line numbers, or why one cannot be read."""
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, start=1):
                if not is_unicode(line):
                    yield number, "not UTF-8 text; write it again"
                elif line.strip():
                    yield number, json_object(line, frozenset(keys), f"{', '.join(keys)}, as lhotse writes it")
    except (EOFError, OSError, zlib.error) as error:
        raise CorpusError(f"{path}: cannot be read as JSON lines ({error}); write it again") from error


def _open(path: Path) -> AbstractContextManager[TextIO]:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape", newline="\n"))
    return open_lines(path, newline="\n")


def _utterance(manifest: Path, said: _Said, split: str) -> Utterance | Problem:
    """Turn one supervision into an utterance."""
    segment, text = said.segment, said.segment.get("text")
    about = str(segment["id"]), str(manifest)
    where = f"{manifest}:{said.line}"
    faults = () if text is not None else (Problem(*about, "missing_text", "its supervision has no text", where),)
    sound = _sound_of(said.recording, segment.get("channel", 0)) if said.recording else None
    if sound is None:
        spoken = () if text is None else text_problems(*about, str(text), where)
        return joined([_without_sound(said, about, where), *faults, *spoken])
    return Utterance(
        utterance_id=about[0],
        split=split,
        path=_resolve(sound.file, manifest),
        text=str(text or ""),
        speaker=segment.get("speaker"),
        start_seconds=round(float(segment["start"]), 6),
        duration_seconds=round(float(segment["duration"]), 6),
        language=segment.get("language"),
        channel=sound.channel,
        text_file=manifest,
        line=said.line,
        faults=faults,
    )


def _without_sound(said: _Said, about: tuple[str, str], where: str) -> Problem:
    """Say why a supervision has no sound."""
    if said.recording is None:
        return Problem(*about, "missing_audio", "its recording is not in the manifests", where)
    reason = f"recording {said.recording.get('id')} is not in unchanged files, or lacks its channel; save it as one"
    return Problem(*about, "unreadable_audio", reason, where)


def _sound_of(recording: Mapping[str, Any], channel: int | Sequence[int]) -> _Sound | None:
    """Find the file a supervision is in, and which of its channels is meant, where there are several.

    Of a telephone call each channel is one speaker, so a single channel is never taken for all of them.

    Returns:
        None where the sound is not in a file as it is, or no one file has these channels.
    """
    for source in recording["sources"]:
        there = list(source.get("channels", [0]))
        if source["type"] != "file" or recording.get("transforms"):
            return None
        if channel == there or (channel in there and len(there) == 1):
            return _Sound(str(source["source"]))
        if channel in there:
            return _Sound(str(source["source"]), there.index(channel))
    return None


def _resolve(path: str, manifest: Path) -> Path:
    """Relative paths are meant from where lhotse ran; what is not there is looked for from the manifest's folder."""
    here = Path(path)
    return here.resolve() if here.is_absolute() or here.is_file() else manifest.parent.resolve() / here
