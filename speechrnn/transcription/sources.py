"""What a user names on the command line, to the list of recordings that is meant: files, patterns, folders, a list."""

import glob
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.audio.suffixes import AUDIO_SUFFIXES
from speechrnn.errors import UsageError

STDIN: Final = "-"
_STDIN_STEM: Final = "stdin"


@dataclass(frozen=True, slots=True)
class Source:
    """One recording.

    Attributes:
        name: its path as the user would write it, or `-` for standard input.
        stem: its name without suffix, which its output files are called by; with the folders below the one that was
            named, or below the nearest that holds all that were named.
        fault: why it cannot be one after all, where the folder it was found in shows that; empty for all others.
    """

    name: str
    stem: str
    fault: str = ""


def expand(
    arguments: Sequence[str],
    listed: Sequence[str] = (),
    *,
    recursive: bool = False,
    said: Callable[[str], None] = lambda line: None,
) -> list[Source]:
    """Find the recordings that are meant, in the order named; those of a folder or pattern sorted.

    Args:
        arguments: paths, patterns such as `talks/*.wav` that no shell has expanded, folders, `-`.
        listed: paths that stand for themselves, behind these.
        recursive: whether folders are looked through, hidden files and folders left out.
        said: told how many recordings a folder holds.

    Raises:
        UsageError: names every argument that leads to no recording; standard input named twice.
    """
    found: list[Source] = []
    faults: list[str] = []
    root = _root(arguments)
    for argument in dict.fromkeys(arguments) if arguments.count(STDIN) > 1 else arguments:
        try:
            sources = list(_of_argument(argument, recursive, root))
        except UsageError as error:
            faults.append(str(error))
            continue
        if Path(argument).is_dir():
            said(f"{argument}: {sum(not source.fault for source in sources)} sound files")
        found += sources
    found += (Source(path, Path(path).stem) for path in listed)
    faults += (f"{path}: no such file" for path in listed if not Path(path).is_file())
    if arguments.count(STDIN) > 1:
        faults.append(f"{STDIN}: standard input can be read only once, it was named {arguments.count(STDIN)} times")
    if faults:
        raise UsageError("\n".join(dict.fromkeys(faults)))
    return found


def read_list(path: str) -> list[str]:
    """Read paths from a file or `-`, one a line; empty lines count for nothing.

    Raises:
        UsageError: it cannot be read, or names nothing.
    """
    try:
        content = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except (OSError, AttributeError) as error:  # a closed standard input is None
        reason = getattr(error, "strerror", None) or "standard input is closed"
        raise UsageError(f"{path}: cannot be read ({reason}); a file with one path a line was wanted") from error
    # As the system writes paths, which need not be UTF-8.
    lines = [line.rstrip("\r") for line in os.fsdecode(content).removeprefix("\ufeff").split("\n")]
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise UsageError(f"{path}: names no file; one path a line was wanted")
    return lines


def _root(arguments: Sequence[str]) -> str | None:
    """Find the nearest folder that holds several folders; None where there is but one, or they lie on several drives.

    What is found in a folder keeps its place below that root, so that folders with files of one name go together.
    """
    named = [one for one in arguments if one != STDIN]
    matches = [match for one in named for match in ([one] if os.path.exists(one) else glob.glob(one, recursive=True))]
    folders = {os.path.abspath(match) for match in matches if os.path.isdir(match)}
    try:
        return os.path.commonpath(folders) if len(folders) > 1 else None
    except ValueError:
        return None


def _of_argument(argument: str, recursive: bool, root: str | None) -> Iterator[Source]:
    if argument == STDIN:
        yield Source(STDIN, _STDIN_STEM)
    elif Path(argument).is_dir():
        yield from _of_folder(argument, recursive, root)
    elif Path(argument).exists():  # before patterns: a name may hold brackets
        yield Source(argument, Path(argument).stem)
    elif glob.has_magic(argument):
        yield from _of_pattern(argument, recursive, root)
    else:
        raise UsageError(f"{argument}: no such file")


def _of_pattern(pattern: str, recursive: bool, root: str | None) -> Iterator[Source]:
    matches = sorted(glob.glob(pattern, recursive=True))
    found = [_found(match, Path(match).stem) for match in matches if not os.path.isdir(match)]
    if recursive:
        folders = [match for match in matches if os.path.isdir(match)]
        found += [source for folder in folders for source in _of_folder(folder, True, root)]
    if not found:
        raise UsageError(f"{pattern}: no file fits this pattern")
    yield from found


def _of_folder(folder: str, recursive: bool, root: str | None) -> Iterator[Source]:
    if not recursive:
        raise UsageError(
            f"{folder}: is a folder, a sound file was wanted; add -r to take all sound files in it, or name them"
        )
    found, unread = False, list[OSError]()
    for inside, folders, files in os.walk(folder, onerror=unread.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in AUDIO_SUFFIXES and not name.startswith("."):
                found = True
                path = str(Path(inside, name))
                yield _found(path, os.path.splitext(os.path.relpath(path, root or folder))[0])
    for error in unread:
        name = str(error.filename)
        yield Source(name, Path(name).stem, f"{name}: this folder cannot be looked through ({error.strerror})")
    if not found and not unread:
        raise UsageError(f"{folder}: no sound files in this folder; their names end in .wav, .flac, .mp3 or the like")


def _found(name: str, stem: str) -> Source:
    """Make a source of what a folder or pattern led to; a pipe there would be waited for without end."""
    odd = os.path.exists(name) and not os.path.isfile(name)
    return Source(name, stem, f"{name}: is a pipe, socket or device, a sound file was wanted" if odd else "")
