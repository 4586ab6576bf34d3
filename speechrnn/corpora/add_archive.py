"""Downloads one archive of a corpus and unpacks it; it is deleted afterwards, unless only room was missing."""

from pathlib import Path

from speechrnn.corpora.assemble import Assembly
from speechrnn.corpora.room import ROOM_FACTOR
from speechrnn.download import Wanted, fetch
from speechrnn.errors import CorpusError
from speechrnn.progress import Progress


def add_archive(
    place: Path | str,
    name: str,
    assembly: Assembly,
    downloads: Path,
    progress: Progress,
    wanted: Wanted = Wanted(room_factor=ROOM_FACTOR),  # noqa: B008  (frozen)
) -> None:
    """Unpack an archive, from the user's own file or from an address.

    Args:
        place: the file, which is left as it is, or the address.
        name: as it is published.
        assembly: gets what is in it.
        downloads: folder for the file from the address; one that is whole there is not fetched again.
        progress: told the bytes.
        wanted: what must come from the address.

    Raises:
        DownloadError: it cannot be fetched, or there is too little room.
        CorpusError: it is damaged, unsafe, or not of this corpus.
    """
    if isinstance(place, Path):
        return assembly.add(place, name, progress)
    target = downloads / name
    if not target.is_file():
        fetch(place, target, wanted, progress)
    try:
        assembly.add(target, name, progress)
    except CorpusError:
        target.unlink()
        raise
    target.unlink()
