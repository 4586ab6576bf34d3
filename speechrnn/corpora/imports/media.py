"""Finds the recording of an annotated file on this machine.

Annotated files name recordings by the paths of the machine they were made on. So a file of that name beside the
annotated one is taken first, then one of the same stem, then where the relative path leads, then the only one of that
stem further down in the source, and the stored path last: it may lead to another file of the same name, or nowhere.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PureWindowsPath
from typing import Final
from urllib.parse import unquote, urlsplit

from speechrnn.audio.suffixes import LIBSNDFILE_SUFFIXES
from speechrnn.corpora.files_below import files_below
from speechrnn.corpora.imports.annotated import AnnotatedFile, Media
from speechrnn.corpora.near_name import same_file

_NO_MEDIA: Final = Media("")


class MediaFinder:
    """Finds recordings for the annotated files of one source."""

    def __init__(self, source: Path) -> None:
        """Look through a folder, or the folder of a file."""
        self._folder = source if source.is_dir() else source.parent

    def find(self, annotated: AnnotatedFile) -> tuple[Path, float] | None:
        """Find the sound file.

        Returns:
            The file, and the seconds to add to a time of the annotations for a time in it; None where there is none.
        """
        media = annotated.media or (_NO_MEDIA,)
        for look in (_beside, _same_stem, _relative, self._further_down, _stored):
            for one in media:
                for path in look(annotated.path, one):
                    if path.suffix.lower() in LIBSNDFILE_SUFFIXES and (found := same_file(path)).is_file():
                        return found, one.origin_seconds
        return None

    def _further_down(self, path: Path, media: Media) -> Iterator[Path]:
        found = self._by_stem.get(Path(file_name(media.url) or path.name).stem, [])
        if len(found) == 1:
            yield found[0]

    @cached_property
    def _by_stem(self) -> dict[str, list[Path]]:
        """Every sound file of the source by its stem; looked for once, and only where nothing lay nearer."""
        found: dict[str, list[Path]] = {}
        for file, _ in files_below(self._folder):
            if file.suffix.lower() in LIBSNDFILE_SUFFIXES:
                found.setdefault(file.stem, []).append(file)
        return found


def file_name(url: str) -> str:
    r"""Last part of a `file:` address, or of a path of any system.

    >>> file_name("file:///E:/field/My%20talk.wav"), file_name("D:\\field\\talk.wav")
    ('My talk.wav', 'talk.wav')
    """
    return PureWindowsPath(unquote(url)).name


def _beside(path: Path, media: Media) -> Iterator[Path]:
    yield path.with_name(file_name(media.url) or path.name)


def _same_stem(path: Path, media: Media) -> Iterator[Path]:
    """Of `talk.mp4` or of `talk.eaf`: `talk.wav` beside it, in any letter case of the suffix."""
    stems = {path.stem, Path(file_name(media.url)).stem}
    yield from (file for file in sorted(path.parent.iterdir()) if file.stem in stems)


def _relative(path: Path, media: Media) -> Iterator[Path]:
    if media.relative_url:
        yield path.parent / unquote(media.relative_url).replace("\\", "/").removeprefix("file:")


def _stored(path: Path, media: Media) -> Iterator[Path]:
    if media.url.startswith("file:"):
        yield Path(unquote(urlsplit(media.url).path))
