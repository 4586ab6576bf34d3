"""Archives for tests, honest ones and others."""

import io
import stat
import tarfile
import zipfile
from pathlib import Path

Entry = tuple[tarfile.TarInfo, bytes]


def member(name: str, content: bytes = b"data", kind: bytes = tarfile.REGTYPE, link: str = "") -> Entry:
    """One member of a tar archive."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info, content


def link(name: str, target: str) -> Entry:
    """A symbolic link."""
    return member(name, kind=tarfile.SYMTYPE, link=target)


def hard_link(name: str, target: str) -> Entry:
    """A second name of an earlier member."""
    return member(name, kind=tarfile.LNKTYPE, link=target)


def tar_up(path: Path, *members: Entry, mode: str = "w:gz") -> Path:
    """Write a tar archive."""
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


def zip_up(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """Write a zip archive; its links are as Info-ZIP stores them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in (links or {}).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
    return path
