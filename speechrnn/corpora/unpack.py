"""Unpacks a tar or zip archive that somebody else made, whole or not at all.

All members are checked before the first is written, and Python's `data` filter (PEP 706) checks those of a tar again.
What is unpacked lies in a folder of another name until it is whole; what a killed process left there is begun anew.
"""

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from speechrnn.corpora.member_check import check_members
from speechrnn.corpora.members import Member, tar_members, zip_members
from speechrnn.corpora.name_form import name_form
from speechrnn.download import DISK_FULL
from speechrnn.errors import CorpusError, DownloadError
from speechrnn.progress import Progress, silent

_ZIP_MAGIC: Final = b"PK"
# zipfile says RuntimeError of a password, and NotImplementedError of a compression it does not know.
_DAMAGE: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)

Archive = tarfile.TarFile | zipfile.ZipFile
Item = TypeVar("Item")


def unpack(archive: Path, folder: Path, progress: Progress = silent) -> None:
    """Unpack all of an archive into a new folder.

    Args:
        archive: zip, or tar, compressed or not.
        folder: made; its parent is there. It has its name only once all is in it.
        progress: told the bytes.

    Raises:
        CorpusError: the archive is damaged, unsafe, or grows too much.
        DownloadError: the disk has too little room.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with _opened(archive) as opened:
            check_archive(opened, archive, folder.parent, inside=1)
            _extract(opened, partial, progress)
        partial.replace(folder)
    except tarfile.FilterError as error:
        raise CorpusError(f"{archive}: refused, {error}; get the archive from its publisher") from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise disk_filled(archive) from error
        raise _damaged(archive, error) from error
    except _DAMAGE as error:
        raise _damaged(archive, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_archive(opened: Archive, path: Path, folder: Path, inside: int = 0) -> None:
    """Check all members of an open archive that is to be unpacked to the disk of `folder`.

    Raises:
        CorpusError: as `check_members`.
        DownloadError: likewise.
    """
    members: Iterator[Member] = zip_members(opened) if isinstance(opened, zipfile.ZipFile) else tar_members(opened)
    check_members(
        str(path),
        members,
        packed_bytes=path.stat().st_size,
        free_bytes=shutil.disk_usage(folder).free,
        form=name_form(folder),
        inside=inside,
    )


def disk_filled(archive: Path) -> DownloadError:
    """Say that it is not the fault of an archive that it could not be unpacked."""
    return DownloadError(f"{archive}: the disk filled while it was unpacked; make room, or choose another --data")


def _damaged(archive: Path, error: Exception) -> CorpusError:
    """Say on one line what is wrong."""
    return CorpusError(f"{archive}: cannot be unpacked ({' '.join(str(error).split())}); get it again")


def _opened(archive: Path) -> Archive:
    """Open an archive by what it begins with; the end of a tar may look like that of a zip."""
    with archive.open("rb") as file:
        is_zip = file.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    return zipfile.ZipFile(archive) if is_zip else tarfile.open(archive)


def _extract(opened: Archive, folder: Path, progress: Progress) -> None:
    """Write every member."""
    folder.mkdir()
    if isinstance(opened, zipfile.ZipFile):
        infos = opened.infolist()
        for done, total, info in _counted(infos, [info.file_size for info in infos]):
            opened.extract(info, folder)
            progress("unpacking", done, total)
        return
    members = opened.getmembers()
    for done, total, member in _counted(members, [member.size for member in members]):
        opened.extract(member, folder, filter="data")
        progress("unpacking", done, total)


def _counted(items: Sequence[Item], sizes: Sequence[int]) -> Iterator[tuple[int, int, Item]]:
    """Yield each item with the bytes that are done after it, and those there are."""
    total, done = sum(sizes), 0
    for item, size in zip(items, sizes, strict=True):
        done += size
        yield done, total, item
