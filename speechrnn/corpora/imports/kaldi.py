"""Kaldi's data directory: `wav.scp`, `text`, and where there are any `segments`, `utt2spk`, `utt2lang`.

Every file is a table of a key and a value, sorted by key in the order of bytes, so they are walked side by side and no
table is held, but for `wav.scp` beside `segments`: recordings are fewer than utterances. A file that is not sorted is
sorted in memory. A speaker named like the utterance is Kaldi's way of saying that nobody knows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from speechrnn.corpora.encoding import open_text
from speechrnn.corpora.imports.kaldi_command import SoundFile, file_of_command
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.imports.subfolders import subfolders
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

RECORDINGS: Final = "wav.scp"


class _Entry(NamedTuple):
    """One line: its key, all that stands after it, and its number."""

    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class _Sound:
    """A file, or the part of one that `segments` cuts out; None reaches to its end."""

    file: SoundFile
    start_seconds: float
    duration_seconds: float | None


def is_kaldi(source: Path) -> bool:
    """Recognise a data directory, or a folder of some."""
    return source.is_dir() and bool(_data_directories(source))


def list_kaldi(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List one data directory, or those of a folder by the split in their name.

    Raises:
        CorpusError: a file is missing, or a line of it is not as Kaldi wants it.
        UsageError: it is not clear which data directories to take.
    """
    for folder, split in choose_parts(source, _data_directories(source), config.parts):
        yield from _list_directory(folder, split)


def _data_directories(source: Path) -> dict[str, Path]:
    """Find the data directories of a folder by name, or the one that it is itself."""
    if (source / RECORDINGS).is_file():
        return {source.name: source}
    return {folder.name: folder for folder in subfolders(source) if (folder / RECORDINGS).is_file()}


def _list_directory(folder: Path, split: str) -> Iterator[Utterance | Problem]:
    """Join the tables of one data directory."""
    has_segments = (folder / "segments").is_file()
    recordings = {entry.key: entry.value for entry in _entries(folder / RECORDINGS)} if has_segments else {}
    first = folder / ("segments" if has_segments else RECORDINGS)
    optional = [path if (path := folder / name).is_file() else None for name in ("utt2spk", "utt2lang")]
    base = _base(folder)
    for key, (source, text, speaker, language) in _outer_join([first, folder / "text", *optional]):
        if source is None and text is None:
            continue  # a speaker of nothing
        found = (
            _sound_of_segment(key, first, source, recordings) if has_segments else _sound_of_line(key, first, source)
        )
        if isinstance(found, Problem):
            yield found
        elif text is None:
            yield Problem(key, str(folder / "text"), "missing_text", "text has no line for this id")
        else:
            yield Utterance(
                utterance_id=key,
                split=split,
                path=base / found.file.path,
                text=text.value,
                speaker=speaker.value if speaker and speaker.value != key else None,
                start_seconds=found.start_seconds,
                duration_seconds=found.duration_seconds,
                language=language.value if language else None,
                channel=found.file.channel,
                text_file=folder / "text",
                line=text.line,
            )


def _sound_of_segment(
    key: str, segments: Path, entry: _Entry | None, recordings: Mapping[str, str]
) -> _Sound | Problem:
    """Find the part of a recording that a line of `segments` means."""
    if entry is None:
        return Problem(key, str(segments), "missing_audio", "segments has no line for this id")
    name, start, duration = _segment(segments, entry)
    if name not in recordings:
        return Problem(key, str(segments), "missing_audio", f"wav.scp has no line for its recording {name}")
    file = _sound_file(recordings[name])
    path = segments.with_name(RECORDINGS)
    return _Sound(file, start, duration) if file else _refused(key, path, recordings[name])


def _sound_of_line(key: str, recordings: Path, entry: _Entry | None) -> _Sound | Problem:
    """Find the file that a line of `wav.scp` means."""
    if entry is None:
        return Problem(key, str(recordings), "missing_audio", "wav.scp has no line for this id")
    file = _sound_file(entry.value)
    return _Sound(file, 0.0, None) if file else _refused(key, recordings, entry.value)


def _outer_join(paths: list[Path | None]) -> Iterator[tuple[str, list[_Entry | None]]]:
    """Walk sorted tables side by side: every key that stands in any, with its line in each."""
    tables = [iter(()) if path is None else _entries(path) for path in paths]
    heads = [next(table, None) for table in tables]
    while keys := [head.key for head in heads if head is not None]:
        key = min(keys)
        found = [head if head is not None and head.key == key else None for head in heads]
        heads = [next(table, None) if here else head for table, head, here in zip(tables, heads, found, strict=True)]
        yield key, found


def _entries(path: Path) -> Iterator[_Entry]:
    """Read a table in the order of its keys, whatever order it is in.

    Raises:
        CorpusError: it cannot be read, or a key stands twice.
    """
    before = ""
    for entry in _lines(path) if _is_sorted(path) else sorted(_lines(path)):
        if entry.key == before:
            raise CorpusError(f"{path}:{entry.line}: {entry.key} has a line already; keep one of them")
        before = entry.key
        yield entry


def _is_sorted(path: Path) -> bool:
    before = ""
    for entry in _lines(path):
        if entry.key < before:
            return False
        before = entry.key
    return True


def _lines(path: Path) -> Iterator[_Entry]:
    """Cut each line at its first blank; lines with nothing on them are passed over."""
    with open_text(path) as lines:
        for number, line in enumerate(lines, start=1):
            if words := line.split(maxsplit=1):
                yield _Entry(words[0], words[1].rstrip() if len(words) > 1 else "", number)


def _segment(path: Path, entry: _Entry) -> tuple[str, float, float | None]:
    """Read `RECORDING START END`; an end of -1 is that of the recording.

    Returns:
        The recording, and start and duration in seconds.
    """
    words = entry.value.split()
    try:
        name, start, end = words[0], float(words[1]), float(words[2])
    except (ValueError, IndexError):
        name, start, end = "", 0.0, 0.0
    if len(words) != 3 or not (end == -1 or 0 <= start < end):
        line = f"{entry.key} {entry.value}"
        raise CorpusError(f"{path}:{entry.line}: {line!r}; wanted UTTERANCE RECORDING START END, times in seconds")
    return name, start, None if end == -1 else round(end - start, 6)


def _sound_file(value: str) -> SoundFile | None:
    """Return the file of a line of `wav.scp`, also of a command that only decodes one."""
    if not value or value == "-" or value.startswith("|") or value.rsplit(":", 1)[-1].isdigit():
        return None  # nothing, standard input or output, or an offset into one of Kaldi's archives
    return file_of_command(value[:-1]) if value.endswith("|") else SoundFile(value)


def _refused(key: str, path: Path, value: str) -> Problem:
    """Say why a line of `wav.scp` is not read, and what to do."""
    reason = f"{value!r} is not the name of a sound file; name one, Kaldi's archives are not read"
    if value.endswith("|"):
        reason = f"a command, and commands are not run: {value!r}; write its output to a file once and name that"
    return Problem(key, str(path), "unreadable_audio", reason)


def _base(folder: Path) -> Path:
    """Tell what relative paths are relative to: Kaldi means the folder its scripts run in, two above `data/train`."""
    first = next((file.path for entry in _entries(folder / RECORDINGS) if (file := _sound_file(entry.value))), "")
    bases = (folder, folder.parent, folder.parent.parent, Path())
    return next((base for base in bases if (base / first).is_file()), folder).resolve()
