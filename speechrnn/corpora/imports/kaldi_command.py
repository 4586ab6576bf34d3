"""The sound file behind a command in Kaldi's `wav.scp`, such as `sph2pipe -f wav -p -c 1 a.sph |`.

Commands are never run: a data directory from elsewhere could hold any. Those that only decode a file, and change
nothing that training would not change itself (sample rate, mean of the channels), or take one channel, are understood
and their file is read in their place.
"""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, NamedTuple

_STDOUT: Final = frozenset({"-", "pipe:1", "/dev/stdout"})
_ANY: Final = ".*"
_REMIX: Final = re.compile("remix ([1-9])")


@dataclass(frozen=True, slots=True)
class _Program:
    """Options that do no harm.

    Attributes:
        flags: pattern of options without a value.
        values: options with one, and the pattern of values that are understood.
    """

    flags: str = "(?!)"
    values: Mapping[str, str] = field(default_factory=dict)


_PROGRAMS: Final[Mapping[str, _Program]] = {
    "cat": _Program(),
    "flac": _Program("-[cds]+|--decode|--stdout|--silent"),
    "sph2pipe": _Program("-p", {"-f": "wav|rif", "-c": "[12]"}),
    "sox": _Program(
        "-V[01]?|-G|-q", {"-t": "wav|flac|sph", "-r": _ANY, "-b": "16", "-c": "1", "-e": "signed(-integer)?"}
    ),
    "ffmpeg": _Program(
        "-nostdin|-hide_banner|-vn|-y",
        {
            **{"-v": _ANY, "-loglevel": _ANY, "-i": _ANY, "-ar": _ANY, "-ac": "1", "-f": "wav"},
            **dict.fromkeys(("-acodec", "-c:a", "-codec:a"), "pcm_s16le"),
        },
    ),
}


class SoundFile(NamedTuple):
    """The file a line of `wav.scp` means, and the only channel it takes, from 0; None for all of them."""

    path: str
    channel: int | None = None


def file_of_command(command: str) -> SoundFile | None:
    """Return the file that a command decodes, or None for one that does anything else.

    >>> file_of_command("flac -c -d -s a/b.flac").path, file_of_command("sox a.wav -t wav - speed 0.9")
    ('a/b.flac', None)
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    program = _PROGRAMS.get(PurePath(words[0]).name) if words else None
    if program is None:
        return None
    name = PurePath(words[0]).name
    remix = _REMIX.fullmatch(" ".join(words[-2:])) if name == "sox" else None
    files = _files(program, words[1:-2] if remix else words[1:])
    if files is None or len(files) != 1:
        return None
    # sox and ffmpeg average channels for `-c 1`, as we do; sph2pipe takes the first.
    channel = remix[1] if remix else words[words.index("-c") + 1] if name == "sph2pipe" and "-c" in words else None
    return SoundFile(files[0], None if channel is None else int(channel) - 1)


def _files(program: _Program, words: list[str]) -> list[str] | None:
    """Return the words that are no options, or None if an option is not understood."""
    files: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in program.values:
            value = next(rest, "")
            if not re.fullmatch(program.values[word], value):
                return None
            files += [value] if word == "-i" else []
        elif word not in _STDOUT and not re.fullmatch(program.flags, word):
            if word.startswith("-") or re.search(r"[|<>;&$`]", word):
                return None
            files.append(word)
    return files
