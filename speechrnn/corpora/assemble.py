"""Makes one corpus folder of the archives it is published as.

Each archive is unpacked to a folder of its own inside `.<corpus>.unpacking`, a name that no corpus has. So a run that
was killed is recognised: archives that are whole there are kept, the one that was under way is begun anew. The corpus
gets its name in one rename, when nothing is missing.
"""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

from speechrnn.corpora.unpack import unpack
from speechrnn.errors import CorpusError
from speechrnn.progress import Progress


class Assembly:
    """What has been unpacked so far of one corpus."""

    def __init__(self, name: str, folders: Sequence[str], data_dir: Path) -> None:
        """Go on from what an earlier run left.

        Args:
            name: of the corpus.
            folders: names (glob patterns) its folder may have in an archive.
            data_dir: gets the folder.
        """
        self._place = data_dir / f".{name}.unpacking"
        self._folders, self._data_dir = folders, data_dir

    def has(self, archive: str) -> bool:
        """Tell whether an archive is unpacked whole."""
        return self._folder(archive) is not None

    def add(self, archive: Path, name: str, progress: Progress) -> None:
        """Unpack an archive.

        Args:
            archive: the file.
            name: as it is published, which the file need not be called.
            progress: told the bytes.

        Raises:
            CorpusError: it is damaged, unsafe, or not of this corpus.
            DownloadError: the disk has too little room.
        """
        self._place.mkdir(exist_ok=True)
        shutil.rmtree(self._place / name, ignore_errors=True)
        try:
            unpack(archive, self._place / name, progress)
            if self._folder(name) is None:
                wanted = " or ".join(self._folders)
                shutil.rmtree(self._place / name)
                raise CorpusError(f"{archive}: holds no folder {wanted}; it is not the archive of this corpus")
        finally:
            with suppress(OSError):
                self._place.rmdir()  # unless something is in it

    def finish(self, archives: Sequence[str]) -> Path:
        """Put what all archives hold into one folder, and give it its name.

        Raises:
            CorpusError: two archives hold the same file.
        """
        first, *others = [folder for name in archives if (folder := self._folder(name)) is not None]
        for other in others:
            _move_all(other, first)
        folder = first.rename(self._data_dir / first.name)
        self.clear()
        return folder

    def clear(self) -> None:
        """Remove what is left of earlier runs."""
        shutil.rmtree(self._place, ignore_errors=True)

    def _folder(self, archive: str) -> Path | None:
        """Return the corpus folder of an archive that is unpacked."""
        place = self._place / archive
        if not place.is_dir():
            return None
        for pattern in self._folders:
            for entry in sorted(place.iterdir()):
                if entry.is_dir() and not entry.is_symlink() and fnmatch(entry.name, pattern):
                    return entry
        return None


def _move_all(source: Path, target: Path) -> None:
    """Move every file of one folder into another; what an earlier run has moved is there already."""
    for path in sorted(source.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        place = target / path.relative_to(source)
        if place.exists() or place.is_symlink():
            raise CorpusError(f"{place.name}: two archives of this corpus hold it; get them from their publisher")
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)
