"""lhotse's manifests as `lhotse prepare` and its recipes write them: JSON lines, in gzip or not.

A folder holds `*recordings*` beside `*supervisions*`, or `*cuts*`; what is left of a name tells the part. Read as plain
JSON, so lhotse and torch stay unloaded. Sound is read from files only: recordings that are commands, addresses or
changed on the way (speed, volume) are set aside.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO, cast

from speechrnn.corpora.encoding import open_text
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.problem import Problem
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


def is_lhotse(source: Path) -> bool:
    """Recognise a folder of manifests."""
    return source.is_dir() and bool(_parts(source))


def list_lhotse(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List the manifests of a folder by the split in their name.

    Raises:
        CorpusError: a manifest is missing, damaged or not lhotse's.
        UsageError: it is not clear which manifests to take.
    """
    for manifest, split in choose_parts(source, _parts(source), config.parts):
        items = _from_pair(manifest) if _PAIRED in manifest.name else _from_cuts(manifest)
        for segment, recording in items:
            try:
                yield _utterance(manifest, segment, recording, split)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                reason = f"not as lhotse writes it, {type(error).__name__} {error}; write it again"
                raise CorpusError(f"{manifest}: supervision {segment.get('id')}: {reason}") from error


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


def _from_pair(supervisions: Path) -> Iterator[tuple[_Json, _Json | None]]:
    """Join each supervision with its recording; recordings are held, as they come in any order."""
    recordings = {record["id"]: record for _, record in _records(_recordings_of(supervisions), ("id", "sources"))}
    for _, segment in _records(supervisions, ("id", "recording_id", "start", "duration")):
        yield segment, recordings.get(segment["recording_id"])


def _from_cuts(cuts: Path) -> Iterator[tuple[_Json, _Json | None]]:
    """Take the supervisions of each cut, whose times count from where the cut begins."""
    for number, cut in _records(cuts, ("id", "start", "supervisions")):
        for segment in cut["supervisions"]:
            try:
                yield segment | {"start": cut["start"] + segment["start"]}, cut.get("recording")
            except (KeyError, TypeError) as error:
                raise CorpusError(f"{cuts}:{number}: a supervision without {error}; write it again") from error


def _records(path: Path, keys: tuple[str, ...]) -> Iterator[tuple[int, _Json]]:
    """Read the objects of a manifest with their line numbers."""
    try:
        with _open(path) as lines:
            for number, line in enumerate(lines, start=1):
                record = json.loads(line)
                if not isinstance(record, dict) or any(key not in record for key in keys):
                    raise CorpusError(f"{path}:{number}: wanted an object with {', '.join(keys)}, as lhotse writes it")
                yield number, record
    except (ValueError, EOFError, OSError, zlib.error) as error:
        raise CorpusError(f"{path}: cannot be read as JSON lines ({error}); write it again") from error


def _open(path: Path) -> AbstractContextManager[TextIO]:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8"))
    return open_text(path, newline="\n")


def _utterance(manifest: Path, segment: _Json, recording: _Json | None, split: str) -> Utterance | Problem:
    """Turn one supervision into an utterance."""
    utterance_id = str(segment["id"])
    if recording is None:
        return Problem(utterance_id, str(manifest), "missing_audio", "its recording is not in the manifests")
    if (sound := _sound_of(recording, segment.get("channel", 0))) is None:
        reason = f"recording {recording.get('id')} is not in unchanged files, or lacks its channel; save it as one"
        return Problem(utterance_id, str(manifest), "unreadable_audio", reason)
    if segment.get("text") is None:
        return Problem(utterance_id, str(manifest), "missing_text", "its supervision has no text")
    return Utterance(
        utterance_id=utterance_id,
        split=split,
        path=_resolve(sound.file, manifest),
        text=str(segment["text"]),
        speaker=segment.get("speaker"),
        start_seconds=round(float(segment["start"]), 6),
        duration_seconds=round(float(segment["duration"]), 6),
        language=segment.get("language"),
        channel=sound.channel,
    )


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
