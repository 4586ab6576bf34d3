"""Fetches a public corpus that lhotse can prepare and cannot fetch, from addresses of our catalogue.

Every archive becomes one folder of the corpus, which has its name only once it is whole. So a run that broke off is
finished by the next, and a corpus of many languages grows by one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from speechrnn.corpora.add_archive import add_archive
from speechrnn.corpora.assemble import Assembly
from speechrnn.corpora.bring import bring_file
from speechrnn.corpora.mirror import find_on_mirror
from speechrnn.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Where the files of a corpus are; `{language}` in any name stands for lhotse's name of the language.

    Attributes:
        base: address that all names of files are below.
        archives: the folder of the corpus that each becomes, by its name; it holds a folder of that name.
        files: the place in the corpus of each file that is no archive, by its name.
    """

    base: str
    archives: Mapping[str, str]
    files: Mapping[str, str]


def fetch_directly(direct: Direct, folder: Path, language: str | None, mirror: str | None, progress: Progress) -> None:
    """Fetch and unpack what is not there yet.

    Args:
        direct: where it is.
        folder: of the corpus; made if need be.
        language: lhotse's name of the one that is wanted, None for a corpus of one.
        mirror: a folder, or an address, that holds the files under the names they have below `base`.
        progress: told the bytes.

    Raises:
        UsageError: a mirror in a folder lacks a file.
        DownloadError: a file cannot be fetched, or there is too little room.
        CorpusError: an archive is damaged, unsafe, or of something else.
    """
    is_one = len(direct.archives) + len(direct.files) == 1
    archives, files = _named(direct.archives, language), _named(direct.files, language)
    missing = {name: folder / to for name, to in (archives | files).items() if not (folder / to).exists()}
    places = {name: _place(direct.base, name, mirror, is_one=is_one) for name in missing}
    for name, target in missing.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in archives:
            _unpack(places[name], name, target, progress)
        else:
            bring_file(places[name], target, progress)


def _named(names: Mapping[str, str], language: str | None) -> dict[str, str]:
    """Put the language in."""
    return {name.format(language=language): to.format(language=language) for name, to in names.items()}


def _place(base: str, name: str, mirror: str | None, *, is_one: bool) -> Path | str:
    """Choose where to take a file from; a folder may hold all files side by side."""
    if mirror is None:
        return f"{base}/{name}"
    return find_on_mirror(mirror, (name, PurePosixPath(name).name), is_one=is_one)


def _unpack(place: Path | str, name: str, target: Path, progress: Progress) -> None:
    """Make one folder of one archive."""
    assembly = Assembly(target.name, (target.name,), target.parent)
    file = PurePosixPath(name).name
    if not assembly.has(file):
        add_archive(place, file, assembly, target.parent, progress)
    assembly.finish([file])
