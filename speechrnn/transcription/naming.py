"""What the output files of recordings are called: after the recording, by as little of its path as tells them apart.

`a.wav` becomes `a`, and what `-r` found keeps its folders below the one that was named. Where several recordings would
share a name, all of them get a longer one, not only those that come later: which file belongs to which recording must
not hang on their order, or `--skip-existing` would take one for the other.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence

from speechrnn.transcription.sources import STDIN, Source


def name_outputs(sources: Sequence[Source]) -> list[str]:
    """Name the output files of every recording, without the suffix of their format.

    Recordings of one name in several folders keep the folders in which they differ, and those of one folder their own
    suffix. Names are alike only where one recording came twice, or where folders on several drives are.
    """
    names = [one.stem for one in sources]
    for alike in list(_alike(names)):
        _keep_folders(sources, names, alike)
    # Again and again, as a suffix may lead to a name that another recording has without it; each gets it once.
    while any([_keep_suffix(sources[one], names, one) for alike in list(_alike(names)) for one in alike]):
        pass
    return names


def _alike(names: Sequence[str]) -> Iterator[list[int]]:
    """Give the places of names that are one name, at least two each time."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[os.path.normcase(name)].append(place)
    yield from (those for those in places.values() if len(those) > 1)


def _keep_folders(sources: Sequence[Source], names: list[str], alike: Sequence[int]) -> None:
    paths = {place: os.path.abspath(sources[place].name) for place in alike if sources[place].name != STDIN}
    folders = {os.path.dirname(path) for path in paths.values()}
    try:
        shared = os.path.commonpath(folders) if len(folders) > 1 else None
    except ValueError:  # they lie on several drives
        return
    if shared is not None:
        for place, path in paths.items():
            names[place] = os.path.splitext(os.path.relpath(path, shared))[0]


def _keep_suffix(source: Source, names: list[str], place: int) -> bool:
    """Give the recording its whole name; says whether that is news."""
    if source.name == STDIN:
        return False
    before = names[place]
    names[place] = os.path.join(os.path.dirname(before), os.path.basename(source.name))
    return names[place] != before
