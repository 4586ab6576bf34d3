"""NeMo's manifest: JSON lines with `audio_filepath`, `text`, `duration`, and for parts of a file `offset`, in seconds.

A folder may hold several, told apart by the split in their name (`train_manifest.json`). Relative paths are relative to
the manifest. `speaker` (or `speaker_id`), `lang` and `id` are taken where they are there.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.bad_lines import bad_line, unless_all_bad
from speechrnn.corpora.encoding import line_fault, open_lines
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.json_line import json_object
from speechrnn.corpora.near_name import same_file
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

SUFFIXES: Final = (".json", ".jsonl")
_HEAD_CHARACTERS: Final = 65536
_LOOKED_AT: Final = 5  # lines; one of them may be damaged
_AUDIO: Final = "audio_filepath"
_NEEDED: Final = frozenset({_AUDIO})
_WANTED: Final = f"{_AUDIO}, text and duration"


def is_nemo(source: Path) -> bool:
    """Recognise a manifest, or a folder of some."""
    return bool(_manifests(source))


def list_nemo(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List a manifest, or those of a folder by the split in their name.

    Raises:
        CorpusError: no line is such a record, or the encoding is another.
        UsageError: it is not clear which manifests to take.
    """
    for manifest, split in choose_parts(source, _manifests(source), config.parts):
        yield from unless_all_bad(_list_manifest(manifest, split))


def _manifests(source: Path) -> dict[str, Path]:
    """Find manifests by their stem: the source itself, or those in it."""
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    return {file.stem: file for file in files if file.suffix.lower() in SUFFIXES and _has_audio(file)}


def _has_audio(file: Path) -> bool:
    """Look for the key that only NeMo has in the first lines; a list or one object over many lines has none there."""
    try:
        with open_lines(file, newline="\n") as lines:
            heads = (lines.readline(_HEAD_CHARACTERS) for _ in range(_LOOKED_AT))
            return any(isinstance(json_object(head, _NEEDED, _AUDIO), dict) for head in heads)
    except CorpusError:
        return False


def _list_manifest(manifest: Path, split: str) -> Iterator[Utterance | Problem]:
    """Read one manifest."""
    with open_lines(manifest, newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _utterance(manifest, number, line, split)


def _utterance(manifest: Path, number: int, line: str, split: str) -> Utterance | Problem:
    """Read one line."""
    record = line_fault(manifest, line) or json_object(line, _NEEDED, _WANTED)
    if isinstance(record, dict) and not isinstance(record[_AUDIO], str):
        record = f"wanted an object with {_WANTED}"
    if isinstance(record, str):
        return bad_line(manifest, number, record)
    name = record[_AUDIO]
    reasons: list[str] = []
    start, duration = (_seconds(key, record, reasons) for key in ("offset", "duration"))
    stem = Path(name).with_suffix("").as_posix()
    utterance_id = str(record.get("id") or (stem if start is None else f"{stem}@{start:.3f}"))
    faults = [bad_line(manifest, number, reason, utterance_id) for reason in reasons]
    if record.get("text") is None:
        where = f"{manifest}:{number}"
        faults.append(Problem(utterance_id, str(manifest), "missing_text", "its line has no text", where))
    speaker, language = record.get("speaker", record.get("speaker_id")), record.get("lang")
    return Utterance(
        utterance_id=utterance_id,
        split=split,
        path=same_file(manifest.parent.resolve() / Path(name).expanduser()),
        text=str(record.get("text") or ""),
        speaker=None if speaker is None else str(speaker),
        start_seconds=start or 0.0,
        duration_seconds=duration,
        language=None if language is None else str(language),
        text_file=manifest,
        line=number,
        faults=tuple(faults),
    )


def _seconds(key: str, record: Mapping[str, Any], faults: list[str]) -> float | None:
    """Read a time; null is as good as none. What is no time goes to `faults`."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value) and value >= 0:
        return float(value)
    faults.append(f"{key} {value!r}; wanted a number of seconds")
    return None
