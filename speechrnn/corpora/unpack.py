"""Unpacks a tar archive that somebody else made, and believes nothing in it.

Refused before anything is written: names that leave the folder, two members of one name (the last would win unseen),
links that point outside, devices, and more bytes than the disk has room for. Python's `data` filter (PEP 706) checks
again while extracting. All goes to a folder beside the target and is renamed, so a half-unpacked corpus is never found.
"""

import os
import shutil
import tarfile
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from speechrnn.errors import CorpusError


def unpack(archive: Path, data_dir: Path, folders: Sequence[str]) -> Path:
    """Unpack the corpus folder of an archive into the data folder.

    Args:
        archive: tar, compressed or not.
        data_dir: gets the folder.
        folders: names (glob patterns) the corpus folder may have.

    Returns:
        The new folder.

    Raises:
        CorpusError: the archive is damaged, unsafe, too large for the disk, or holds no such folder.
    """
    partial = data_dir / f".{archive.name}.{os.getpid()}"
    try:
        with tarfile.open(archive) as tar:
            members = tar.getmembers()
            _check_names(archive, members)
            _check_room(archive, members, data_dir)
            tar.extractall(partial, members=members, filter="data")
        found = [entry for entry in sorted(partial.iterdir()) if any(fnmatch(entry.name, name) for name in folders)]
        if not found or not found[0].is_dir():
            raise CorpusError(
                f"{archive}: holds no folder {' or '.join(folders)}; it is not the archive of this corpus"
            )
        return found[0].rename(data_dir / found[0].name)
    except tarfile.FilterError as error:
        raise CorpusError(f"{archive}: refused, {error}; get it from its publisher") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise CorpusError(f"{archive}: cannot be unpacked ({error}); delete it and download it again") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check_names(archive: Path, members: Sequence[tarfile.TarInfo]) -> None:
    """Refuse names that leave the folder, and names that come twice."""
    seen: set[PurePosixPath] = set()
    for member in members:
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts:
            raise CorpusError(f"{archive}: refused, its member {member.name!r} leaves the folder")
        if name in seen and not member.isdir():
            raise CorpusError(f"{archive}: refused, its member {member.name!r} comes twice")
        seen.add(name)


def _check_room(archive: Path, members: Sequence[tarfile.TarInfo], data_dir: Path) -> None:
    """Refuse an archive that would fill the disk, by mistake or on purpose."""
    needed, free = sum(member.size for member in members), shutil.disk_usage(data_dir).free
    if needed > free:
        raise CorpusError(
            f"{archive}: needs {needed / 1e9:.1f} GB unpacked, and {data_dir} has {free / 1e9:.1f} GB free"
        )
