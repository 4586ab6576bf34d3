"""What a miniature of a public corpus consists of."""

import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance, worked by hand: what the manifests must say of it.

    Attributes:
        utterance_id: in the manifests.
        split: as published; train also where the corpus has no such thing.
        speaker: likewise, None where the host names none.
        text: the transcript that is learnt.
        written: the transcript in the host's own spelling, where that differs.
    """

    utterance_id: str
    split: str
    speaker: str | None
    text: str
    written: str = ""

    @property
    def as_published(self) -> str:
        """The transcript as it stands in the host's file."""
        return self.written or self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """One corpus in miniature.

    Attributes:
        name: as `speechrnn prep` calls it.
        said: all that the manifests must hold, no more and no less.
        lay_out: writes it unpacked into a folder that may be new, and returns that folder.
        pack: makes, of what `lay_out` wrote, the files that the host hands out in another folder; None where what the
            user brings has no usual archive.
        words: settings on the command line.
        brought: where the corpus lies in what the user unpacked, `.` for the folder itself; None where it is fetched.
        file: the one file that `--mirror` names, where the usual archive of a corpus is another.
        drawn: how many utterances are drawn of train to be dev or test.
        warned: kinds of doubts that the host's own files raise.
    """

    name: str
    said: tuple[Said, ...]
    lay_out: Callable[[Path], Path]
    pack: Callable[[Path, Path], object] | None = None
    words: tuple[str, ...] = ()
    brought: str | None = None
    file: str = ""
    drawn: Mapping[str, int] = field(default_factory=dict)
    warned: frozenset[str] = frozenset()

    def publish(self, unpacked: Path, folder: Path) -> Path:
        """Write the files of the host to `folder`, by way of `unpacked`."""
        folder.mkdir(parents=True)
        assert self.pack is not None, f"{self.name} has no archives"
        self.pack(self.lay_out(unpacked), folder)
        return folder


def write_lines(path: Path, lines: Iterable[str], end: str = "\n") -> None:
    """Write a transcript or a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())


def tar_tree(archive: Path, members: Mapping[str, Path], mode: str = "w:gz") -> Path:
    """Pack files and whole folders, each under the name it has in the archive."""
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        for name, path in members.items():
            tar.add(path, name)
    return archive
