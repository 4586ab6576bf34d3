"""Fetches a public corpus that lhotse can prepare and cannot fetch well, from addresses of our catalogue.

A folder of the corpus is made of one archive or several, and has its name only once it is whole; archives that are
unpacked by then are kept. So a run that broke off goes on where it was, and a corpus of many languages grows by one
after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        archives: what each folder of the corpus is unpacked from; every archive holds a folder of its last name.
        files: place in the corpus of each file that is no archive, by its name.
        links: folders by the name that archives give them: the name that the prepare function wants.
    """

    base: str
    archives: Mapping[str, Sequence[str]]
    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def of_language(self, language: str | None) -> "Direct":
        """Put a language in."""

        def named(text: str) -> str:
            return text.format(language=language)

        return Direct(
            base=self.base,
            archives={named(to): tuple(map(named, names)) for to, names in self.archives.items()},
            files={named(name): named(to) for name, to in self.files.items()},
            links={there: named(wanted) for there, wanted in self.links.items()},
        )


def fetch_directly(direct: Direct, folder: Path, language: str | None, mirror: str | None, progress: Progress) -> None:
    """Fetch and unpack what is not there yet.

    Args:
        direct: where it is.
        folder: of the corpus; made if need be.
        language: lhotse's name of the one that is wanted, None for a corpus of one.
        mirror: a folder, or an address, that holds the files under the names they have below `base`.
        progress: told the bytes.

    Raises:
        UsageError: a mirror in a folder lacks a file; nothing was fetched then.
        DownloadError: a file cannot be fetched, or there is too little room.
        CorpusError: an archive is damaged, unsafe, or of something else.
    """
    direct = direct.of_language(language)
    wanted = {to: names for to, names in direct.archives.items() if not _is_there(direct, folder, to)}
    missing = [name for to, names in wanted.items() for name in names if not _assembly(folder / to).has(_file(name))]
    missing += [name for name, to in direct.files.items() if not (folder / to).exists()]
    is_one = len(direct.archives) == 1 and not direct.files
    places = {name: _place(direct.base, name, mirror, is_one=is_one) for name in missing}
    for to, names in wanted.items():
        _make_folder(folder / to, names, places, progress)
    for name, to in direct.files.items():
        if name in places:
            bring_file(places[name], folder / to, progress)
    for there, link in direct.links.items():
        if not (folder / link).exists():
            (folder / link).symlink_to((folder / there).resolve(), target_is_directory=True)


def _is_there(direct: Direct, folder: Path, name: str) -> bool:
    """Tell whether a folder is there, under the name that is wanted in the end or that it comes with."""
    return (folder / name).exists() or (name in direct.links and (folder / direct.links[name]).exists())


def _make_folder(target: Path, names: Sequence[str], places: Mapping[str, Path | str], progress: Progress) -> None:
    """Make one folder of its archives."""
    target.parent.mkdir(parents=True, exist_ok=True)
    assembly = _assembly(target)
    for name in names:
        if name in places:
            add_archive(places[name], _file(name), assembly, target.parent, progress)
    assembly.finish([_file(name) for name in names])


def _assembly(target: Path) -> Assembly:
    return Assembly(target.name, (target.name,), target.parent)


def _file(name: str) -> str:
    """Return the name of a file without its folders."""
    return PurePosixPath(name).name


def _place(base: str, name: str, mirror: str | None, *, is_one: bool) -> Path | str:
    """Choose where to take a file from; a folder may hold all files side by side."""
    return f"{base}/{name}" if mirror is None else find_on_mirror(mirror, (name, _file(name)), is_one=is_one)
