"""Sound that lies in a tar archive, read in place: `shard.tar/1536+8042/a.flac` are the 8042 bytes from byte 1536 on.

Such a path goes wherever that of a sound file does. The place in the archive is part of it, so nothing has to be looked
up, whichever member of whichever archive is wanted next.
"""

import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from speechrnn.audio.decoder import UndecodableError

_PLACE: Final = re.compile(r"(\d+)\+(\d+)")
_SUFFIX: Final = ".tar"


class Member(NamedTuple):
    """Where in an archive a sound lies, in bytes."""

    archive: Path
    offset: int
    num_bytes: int


def archived(member: Member, name: str) -> Path:
    """Return the path of a sound in an uncompressed tar archive.

    Args:
        member: where it lies.
        name: what messages call it; of a name with folders only the last part is kept.
    """
    return member.archive / f"{member.offset}+{member.num_bytes}" / Path(name).name


def member_of(path: Path) -> Member | None:
    """Read the place off a path, or return None for an ordinary one.

    >>> member_of(Path("a/b.tar/1536+8042/c.flac"))[1:], member_of(Path("a/b.tar"))
    ((1536, 8042), None)
    """
    match = _PLACE.fullmatch(path.parent.name)
    archive = path.parent.parent
    if match is None or archive.suffix != _SUFFIX:
        return None
    return Member(archive, int(match[1]), int(match[2]))


def file_of(path: Path) -> Path:
    """Return the file on disk that holds a sound: the archive, or the path itself."""
    member = member_of(path)
    return path if member is None else member.archive


def open_sound(path: Path) -> BinaryIO:
    """Open a sound file, or one in an archive.

    Raises:
        UndecodableError: the archive ends before the sound does.
        OSError: the file cannot be opened.
    """
    member = member_of(path)
    if member is None:
        return path.open("rb", buffering=0)
    with member.archive.open("rb", buffering=0) as archive:
        archive.seek(member.offset)
        content = archive.read(member.num_bytes)
    if len(content) < member.num_bytes:
        raise UndecodableError(f"its archive ends after {len(content)} of {member.num_bytes} bytes; copy it again")
    return BytesIO(content)
