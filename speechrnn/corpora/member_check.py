"""Refuses an archive that would write where it must not, or more than it may, before anything is written.

Everything in an archive is somebody else's word. A name must stay in its folder, and belong to one member only (the
last would win unseen). A link must stay there too: dots may only lead its target, so that no other link can bend the
way, and no member may lie behind a link. Sound shrinks to a half or a third when it is packed; an archive that grows a
hundred times is a bomb.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from speechrnn.corpora.members import Kind, Member
from speechrnn.corpora.name_form import NameForm
from speechrnn.errors import CorpusError, DownloadError

MOST_TIMES: Final = 100
HARMLESS_BYTES: Final = 64 << 20
"""What any archive may grow to, however small it is: transcripts and silence shrink well."""


def check_members(
    archive: str, members: Iterable[Member], *, packed_bytes: int, free_bytes: int, form: NameForm, inside: int = 0
) -> None:
    """Look at every member.

    Args:
        archive: its name, for messages.
        members: read one by one; no further than the first that is too much.
        packed_bytes: size of the archive.
        free_bytes: on the disk it is unpacked to.
        form: which names that disk takes for one.
        inside: folders from the top that a link may not lead out of; 1 where only the top folder is kept.

    Raises:
        CorpusError: a member that is refused, or an archive that grows too much.
        DownloadError: an archive that the disk has no room for.
    """
    kinds: dict[str, tuple[Kind, str]] = {".": ("folder", ".")}
    num_bytes = 0
    for member in members:
        if reason := _fault(member, kinds, form, inside):
            raise CorpusError(
                f"{archive}: refused, its member {member.name!r} {reason}; get the archive from its publisher"
            )
        num_bytes += member.num_bytes
        if num_bytes > max(HARMLESS_BYTES, MOST_TIMES * packed_bytes):
            raise CorpusError(
                f"{archive}: refused, its {packed_bytes / 1e6:.1f} MB would become {num_bytes / 1e6:.1f} MB or more, "
                f"and no more than {MOST_TIMES} times as much is taken; get the archive from its publisher"
            )
        if num_bytes > free_bytes:
            raise DownloadError(
                f"{archive}: needs {num_bytes / 1e9:.1f} GB or more unpacked, and the disk has "
                f"{free_bytes / 1e9:.1f} GB free; make room, or choose another --data"
            )


def _fault(member: Member, kinds: dict[str, tuple[Kind, str]], form: NameForm, inside: int) -> str:
    """Say what is wrong with a member, and remember it; empty where nothing is."""
    if member.kind == "special":
        return "is a device, a pipe or a link of a kind that is not unpacked"
    if _leaves(member.name):
        return "leaves the folder"
    path = PurePosixPath(form(member.name))
    if reason := _clash(member, path, kinds):
        return reason
    if member.kind == "link" and _leads_out(member.target, len(path.parts) - 1 - inside):
        return f"links out of the folder, to {member.target!r}"
    linked, _ = kinds.get(str(PurePosixPath(form(member.target))), ("special", ""))
    if member.kind == "hard link" and linked != "file":
        return f"links to {member.target!r}, which is no file before it"
    for parent in path.parents:
        kinds.setdefault(str(parent), ("folder", str(parent)))
    kinds[str(path)] = ("file" if member.kind == "hard link" else member.kind, member.name)
    return ""


def _leaves(name: str) -> bool:
    """Tell whether a name, read as on any system, is absolute or goes up."""
    windows = PureWindowsPath(name)
    return name.startswith(("/", "\\")) or bool(windows.drive and windows.root) or ".." in windows.parts


def _clash(member: Member, path: PurePosixPath, kinds: dict[str, tuple[Kind, str]]) -> str:
    """Say which earlier member has the place of this one."""
    for parent in path.parents:
        kind, other = kinds.get(str(parent), ("folder", ""))
        if kind != "folder":
            return f"lies behind {other!r}, which is no folder"
    kind, other = kinds.get(str(path), ("folder", member.name))
    if str(path) not in kinds or kind == member.kind == "folder":
        return ""
    if PurePosixPath(other) == PurePosixPath(member.name):
        return "comes twice"
    return f"is the same file as {other!r} on this disk, which does not tell such names apart"


def _leads_out(target: str, depth: int) -> bool:
    """Tell whether a link `depth` folders deep leads out, or in a way that only the disk could tell."""
    parts = PureWindowsPath(target).parts
    ups = next((number for number, part in enumerate(parts) if part != ".."), len(parts))
    return _leaves("/".join(parts[ups:])) or target.startswith(("/", "\\")) or ups > max(depth, 0)
