"""Kaldi's data directory: `wav.scp`, `text`, and where there are any `segments`, `utt2spk`, `utt2lang`.

Every file is a table of a key and a value, sorted by key in the order of bytes, so they are walked side by side and no
table is held, but for `wav.scp` beside `segments`: recordings are fewer than utterances. A file that is not sorted is
sorted in memory. A speaker named like the utterance is Kaldi's way of saying that nobody knows.

A line that is wrong spoils the utterance of its key, or those cut from its recording, and no other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from speechrnn.corpora.bad_lines import bad_line
from speechrnn.corpora.encoding import is_unicode, line_fault, open_lines
from speechrnn.corpora.imports.kaldi_command import SoundFile, file_of_command
from speechrnn.corpora.imports.parts import choose_parts
from speechrnn.corpora.imports.subfolders import subfolders
from speechrnn.corpora.problem import Problem, ProblemKind, joined
from speechrnn.corpora.transcript import text_problems
from speechrnn.corpora.utterance import Utterance
from speechrnn.recipe import CorpusConfig

RECORDINGS: Final = "wav.scp"
_MOST_TWINS: Final = 100  # lines of one key that are told; a table in which all have the same is none of Kaldi's


class _Entry(NamedTuple):
    """One line: its key, its number, all that stands after the key, and what is wrong with it."""

    key: str
    line: int
    value: str
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sound:
    """A file, or the part of one that `segments` cuts out; None reaches to its end. Without a file, faults say why."""

    file: SoundFile | None = None
    start_seconds: float = 0.0
    duration_seconds: float | None = None
    faults: tuple[Problem, ...] = ()


def is_kaldi(source: Path) -> bool:
    """Recognise a data directory, or a folder of some."""
    return source.is_dir() and bool(_data_directories(source))


def list_kaldi(source: Path, config: CorpusConfig) -> Iterator[Utterance | Problem]:
    """List one data directory, or those of a folder by the split in their name.

    Raises:
        CorpusError: a file is missing, or its encoding is another.
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
    recordings = {entry.key: entry for entry in _entries(folder / RECORDINGS)} if has_segments else {}
    first = folder / ("segments" if has_segments else RECORDINGS)
    optional = [path if (path := folder / name).is_file() else None for name in ("utt2spk", "utt2lang")]
    base = _base(folder)
    for key, entries in _outer_join([first, folder / "text", *optional]):
        source, text, speaker, language = entries
        if source is None and text is None:
            continue  # a speaker of nothing
        where = f"{folder / 'text'}:{text.line}" if text else f"{first}:{source.line if source else 0}"
        sound = _sound(key, first, source, where, recordings if has_segments else None)
        faults = (*sound.faults, *_text_faults(key, folder / "text", text, where))
        faults += tuple(chain.from_iterable(entry.faults for entry in (source, speaker, language) if entry))
        value = text.value if text else ""
        if sound.file is None or not is_unicode(key):
            spoken = text_problems(key, str(first), value, where) if text and not text.faults else ()
            yield _encodable(joined([*faults, *spoken]))
            continue
        yield Utterance(
            utterance_id=key,
            split=split,
            path=base / sound.file.path,
            text=value,
            speaker=speaker.value if speaker and speaker.value not in (key, "") else None,
            start_seconds=sound.start_seconds,
            duration_seconds=sound.duration_seconds,
            language=language.value or None if language else None,
            channel=sound.file.channel,
            text_file=folder / "text",
            line=text.line if text else None,
            faults=faults,
        )


def _text_faults(key: str, path: Path, entry: _Entry | None, where: str) -> Iterator[Problem]:
    """Say that there is no transcript, or what is wrong with its line."""
    if entry is None:
        yield Problem(key, str(path), "missing_text", "text has no line for this id", where)
        return
    for fault in entry.faults:
        unread = fault.kind == "bad_line"
        yield (
            replace(fault, kind="missing_text", reason=f"its transcript cannot be read: {fault.reason}")
            if unread
            else fault
        )


def _encodable(problem: Problem) -> Problem:
    """Show what is no text in a key by its bytes, so that the problem can be written down."""
    return joined(
        [
            replace(
                one,
                utterance_id=_shown(one.utterance_id),
                path=_shown(one.path),
                reason=_shown(one.reason),
                where=_shown(one.where),
            )
            for one in problem.each()
        ]
    )


def _shown(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()


def _sound(key: str, path: Path, entry: _Entry | None, where: str, recordings: Mapping[str, _Entry] | None) -> _Sound:
    """Find the sound that a line of `wav.scp` means, or where recordings are given a line of `segments`."""
    if entry is None:
        return _no_sound(key, path, "missing_audio", f"{path.name} has no line for this id", where)
    listed = f"{path}:{entry.line}"
    if recordings is None:
        file = _sound_file(entry.value)
        if entry.faults or file is not None:
            return _Sound(file)
        return _no_sound(key, path, "unreadable_audio", _refusal(entry.value), listed)
    segment = None if entry.faults else _segment(entry)
    wrong: tuple[Problem, ...] = () if segment or entry.faults else (_bad_segment(path, entry),)
    name, start, duration = segment or ((entry.value.split() or [""])[0], 0.0, None)
    if (recording := recordings.get(name)) is None:
        if wrong or entry.faults:
            return _Sound(faults=wrong)
        return _no_sound(key, path, "missing_audio", f"wav.scp has no line for its recording {name}", listed)
    wrong += tuple(replace(fault, utterance_id=key) for fault in recording.faults)
    file = _sound_file(recording.value)
    if file is None and not recording.faults:
        table = path.with_name(RECORDINGS)
        place = f"{table}:{recording.line}"
        wrong += (Problem(key, str(table), "unreadable_audio", _refusal(recording.value), place),)
    return _Sound(file, start, duration, wrong)


def _no_sound(key: str, path: Path, kind: ProblemKind, reason: str, where: str) -> _Sound:
    return _Sound(faults=(Problem(key, str(path), kind, reason, where),))


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
    """Read a table in the order of its keys, whatever order it is in; of lines with one key the first has the faults.

    Raises:
        CorpusError: it cannot be read.
    """
    held: _Entry | None = None
    for entry in _lines(path) if _is_sorted(path) else sorted(_lines(path)):
        if held is None or entry.key != held.key:
            if held is not None:
                yield held
            held = entry
        elif len(held.faults) < _MOST_TWINS:
            reason = f"{entry.key} has a line already, line {held.line}; keep one of them"
            twin = Problem(entry.key, str(path), "duplicate_id", reason, f"{path}:{entry.line}")
            held = held._replace(faults=(*held.faults, *entry.faults, twin))
    if held is not None:
        yield held


def _is_sorted(path: Path) -> bool:
    before = ""
    for entry in _lines(path):
        if entry.key < before:
            return False
        before = entry.key
    return True


def _lines(path: Path) -> Iterator[_Entry]:
    """Cut each line at its first blank; lines with nothing on them are passed over."""
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not (words := line.split(maxsplit=1)):
                continue
            if fault := line_fault(path, line):
                yield _Entry(words[0], number, "", (bad_line(path, number, fault, words[0]),))
            else:
                yield _Entry(words[0], number, words[1].rstrip() if len(words) > 1 else "")


def _segment(entry: _Entry) -> tuple[str, float, float | None] | None:
    """Read `RECORDING START END`; an end of -1 is that of the recording.

    Returns:
        The recording, and start and duration in seconds; None where it is something else.
    """
    try:
        name, first, last = entry.value.split()
        start, end = float(first), float(last)
    except ValueError:
        return None
    if not (end == -1 or 0 <= start < end):
        return None
    return name, start, None if end == -1 else round(end - start, 6)


def _bad_segment(path: Path, entry: _Entry) -> Problem:
    line = f"{entry.key} {entry.value}"
    return bad_line(path, entry.line, f"{line!r}; wanted UTTERANCE RECORDING START END, times in seconds", entry.key)


def _sound_file(value: str) -> SoundFile | None:
    """Return the file of a line of `wav.scp`, also of a command that only decodes one."""
    if not value or value == "-" or value.startswith("|") or value.rsplit(":", 1)[-1].isdigit():
        return None  # nothing, standard input or output, or an offset into one of Kaldi's archives
    return file_of_command(value[:-1]) if value.endswith("|") else SoundFile(value)


def _refusal(value: str) -> str:
    """Say why a line of `wav.scp` is not read, and what to do."""
    if value.endswith("|"):
        return f"a command, and commands are not run: {value!r}; write its output to a file once and name that"
    return f"{value!r} is not the name of a sound file; name one, Kaldi's archives are not read"


def _base(folder: Path) -> Path:
    """Tell what relative paths are relative to: Kaldi means the folder its scripts run in, two above `data/train`."""
    first = next((file.path for entry in _entries(folder / RECORDINGS) if (file := _sound_file(entry.value))), "")
    bases = (folder, folder.parent, folder.parent.parent, Path())
    return next((base for base in bases if (base / first).is_file()), folder).resolve()
