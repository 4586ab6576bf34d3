"""Writes Kaldi's data directories, one for each split, as its `utils/validate_data_dir.sh` wants them.

Every file is sorted by the bytes of its first column (`LC_ALL=C`). Kaldi also wants the speakers in `utt2spk` sorted.
So an utterance is named `<speaker>-<utterance>`, and in speakers the hyphen, and what sorts before it, becomes an
underscore. `segments` is written only where an utterance is part of a recording.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Final

from speechrnn.atomic import writing
from speechrnn.corpora.exports.sorted_lines import SortedLines, sorted_lines
from speechrnn.corpora.exports.stored import Stored, StoredSplit

_BLANK: Final = re.compile(r"\s+")
_UNSORTABLE: Final = re.compile(r"[^\w./]")


def write_kaldi(stored: StoredSplit, split: str, output: Path) -> int:
    """Write the data directory of one split, `output/<split>/`.

    Returns:
        The number of utterances.

    Raises:
        CorpusError: two utterances, recordings or speakers would have one name.
        OSError: the disk is full, or the folder may not be written to.
    """
    has_segments = not all(one.is_whole for one in stored)
    has_speakers = any(one.speaker for one in stored)
    has_languages = all(one.language for one in stored)
    num_utterances = 0
    with sorted_lines() as tables:
        for one in stored:
            speaker, name = _names(one, has_speakers)
            _add(tables, one, speaker, name, has_segments)
            if has_languages:
                tables.add("utt2lang", name, str(one.language))
            num_utterances += 1
        for file in ("text", "utt2spk", "utt2lang", "segments", "wav.scp", "reco2dur"):
            _write(output / split / file, tables.lines(file))
        _write(output / split / "spk2utt", _by_speaker(tables))
    return num_utterances


def _add(tables: SortedLines, one: Stored, speaker: str, name: str, has_segments: bool) -> None:
    """Put an utterance into every table; without segments a recording is named like its utterance."""
    recording = _BLANK.sub("_", one.recording_id) + _side(one) if has_segments else name
    tables.add("text", name, " ".join(one.text.split()))
    tables.add("utt2spk", name, speaker)
    tables.add("speakers", speaker, one.speaker or one.utterance_id)  # not written: finds two that become one
    tables.add("wav.scp", recording, _command(one))
    tables.add("reco2dur", recording, _seconds(one.recording_seconds))
    if has_segments:
        end = min(one.start_seconds + one.duration_seconds, one.recording_seconds)
        tables.add("segments", name, f"{recording} {_seconds(one.start_seconds)} {_seconds(end)}")


def _names(one: Stored, has_speakers: bool) -> tuple[str, str]:
    """Name the speaker and the utterance; an unknown speaker is named like the utterance, as Kaldi has it."""
    utterance = _BLANK.sub("_", one.utterance_id)
    if not has_speakers:
        return utterance, utterance
    speaker = _UNSORTABLE.sub("_", one.speaker or one.utterance_id)
    if one.speaker is None:
        return speaker, speaker
    return speaker, utterance if utterance.startswith(f"{speaker}-") else f"{speaker}-{utterance}"


def _side(one: Stored) -> str:
    """Tell the channels of one file apart, each of which is a recording to Kaldi."""
    return "" if one.channel is None or one.num_channels == 1 else f"-{one.channel + 1}"


def _command(one: Stored) -> str:
    """Name a mono wav file, or the command that makes one of anything else; Kaldi reads nothing but that."""
    suffix, path = Path(one.path).suffix.lower(), shlex.quote(one.path)
    if one.num_channels > 1 and one.channel is not None:
        return f"sox {path} -t wav -b 16 - remix {one.channel + 1} |"
    if one.num_channels > 1 or suffix not in (".wav", ".flac", ".sph"):
        return f"sox {path} -t wav -b 16 -c 1 - |"  # channels are averaged, as in training
    if suffix == ".flac":
        return f"flac -c -d -s {path} |"
    return f"sph2pipe -f wav -p {path} |" if suffix == ".sph" else one.path


def _seconds(seconds: float) -> str:
    """Write a time to the microsecond, finer than any sample."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".")


def _by_speaker(tables: SortedLines) -> Iterator[tuple[str, str]]:
    """Turn `utt2spk` round; speakers come in order, as their utterances begin with them."""
    for speaker, lines in groupby(tables.lines("utt2spk"), key=lambda line: line[1]):
        yield speaker, " ".join(name for name, _ in lines)


def _write(path: Path, lines: Iterator[tuple[str, str]]) -> None:
    """Write a table, unless nothing is in it."""
    first = next(lines, None)
    if first is None:
        return
    with writing(path) as file:
        for key, value in chain([first], lines):
            file.write(f"{key} {value}\n".encode())
