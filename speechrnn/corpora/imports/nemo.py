"""NeMo's manifest: JSON lines with `audio_filepath`, `text`, `duration`, and for parts of a file `offset`, in seconds.

A folder may hold several, told apart by the split in their name (`train_manifest.json`). Relative paths are relative to
the manifest. `speaker` (or `speaker_id`), `lang` and `id` are taken where they are there.
"""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.encoding import open_text
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.near_name import same_file
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

SUFFIXES: Final = (".json", ".jsonl")
_HEAD_CHARACTERS: Final = 65536
_AUDIO: Final = "audio_filepath"


def is_nemo(source: Path) -> bool:
    """Recognise a manifest, or a folder of some."""
    return bool(_manifests(source))


def list_nemo(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List a manifest, or those of a folder by the split in their name.

    Raises:
        CorpusError: a line is not such a record.
        UsageError: it is not clear which manifests to take.
    """
    for manifest, split in choose_parts(source, _manifests(source), config.parts):
        with open_text(manifest, newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _utterance(manifest, number, line, split)


def _manifests(source: Path) -> dict[str, Path]:
    """Find manifests by their stem: the source itself, or those in it."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    return {file.stem: file for file in files if file.suffix.lower() in SUFFIXES and _has_audio(file)}


def _has_audio(file: Path) -> bool:
    """Look for the key that only NeMo has in the first line; a list or one object over many lines has none there."""
    try:
        with open_text(file, newline="\n") as lines:
            record = json.loads(lines.readline(_HEAD_CHARACTERS))
    except (CorpusError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and _AUDIO in record


def _utterance(manifest: Path, number: int, line: str, split: str) -> Utterance | Problem:
    """Read one line."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{manifest}:{number}: not JSON ({error})") from error
    if not isinstance(record, dict) or not isinstance(record.get(_AUDIO), str):
        raise CorpusError(f"{manifest}:{number}: wanted an object with {_AUDIO}, text and duration")
    name = record[_AUDIO]
    start = _seconds(manifest, number, "offset", record)
    stem = Path(name).with_suffix("").as_posix()
    utterance_id = str(record.get("id") or (stem if start is None else f"{stem}@{start:.3f}"))
    if record.get("text") is None:
        return Problem(utterance_id, f"{manifest}:{number}", "missing_text", "its line has no text")
    speaker, language = record.get("speaker", record.get("speaker_id")), record.get("lang")
    return Utterance(
        utterance_id=utterance_id,
        split=split,
        path=same_file(manifest.parent.resolve() / Path(name).expanduser()),
        text=str(record["text"]),
        speaker=None if speaker is None else str(speaker),
        start_seconds=start or 0.0,
        duration_seconds=_seconds(manifest, number, "duration", record),
        language=None if language is None else str(language),
        text_file=manifest,
        line=number,
    )


def _seconds(manifest: Path, number: int, key: str, record: Mapping[str, Any]) -> float | None:
    """Read a time; null is as good as none."""
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise CorpusError(f"{manifest}:{number}: {key} {value!r}; wanted a number of seconds")
    return float(value)
