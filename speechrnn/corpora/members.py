"""What an archive says it holds, tar or zip alike, read from its headers before anything is unpacked.

Sizes are what the members will take: tar and zip both give no more bytes than their headers promise. A tar header
counts too, so that an archive of nothing but empty files has a size as well.
"""

import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["file", "folder", "link", "hard link", "special"]

_HEADER_BYTES: Final = 512
_MOST_PADDING: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of an archive.

    Attributes:
        name: with slashes, as it stands there.
        kind: of a file in the wide sense; `special` is a device, a pipe, or a link where the format knows none.
        num_bytes: what it takes unpacked.
        target: of a link, as it stands there.
    """

    name: str
    kind: Kind
    num_bytes: int
    target: str = ""


def tar_members(tar: tarfile.TarFile) -> Iterator[Member]:
    """Yield the members of a tar archive one by one, so that a reader may stop at the first that is too much.

    Raises:
        OSError, EOFError, tarfile.TarError, zlib.error: it is damaged. What it is compressed with keeps a checksum at
            the very end, which Python's tarfile would not read.
    """
    for info in tar:
        yield Member(name=info.name, kind=_tar_kind(info), num_bytes=info.size + _HEADER_BYTES, target=info.linkname)
    if tar.fileobj is not None:
        for _ in range(_MOST_PADDING // tarfile.RECORDSIZE):
            if not tar.fileobj.read(tarfile.RECORDSIZE):
                break


def zip_members(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Yield the members of a zip archive. Python unpacks its links as files that hold a path, of no use to anyone."""
    for info in archive.infolist():
        mode = stat.S_IFMT(info.external_attr >> 16)
        plain: Kind = "folder" if info.is_dir() else "file"
        kind: Kind = plain if mode in (0, stat.S_IFREG, stat.S_IFDIR) else "special"
        yield Member(name=info.filename, kind=kind, num_bytes=info.file_size)


def _tar_kind(info: tarfile.TarInfo) -> Kind:
    """Name the kind of a tar member."""
    if info.isdir():
        return "folder"
    if info.isreg():
        return "file"
    if info.issym():
        return "link"
    return "hard link" if info.islnk() else "special"
