"""Fetches a public corpus by lhotse's download function for it, over our own way of fetching.

lhotse knows the addresses and what to unpack where; each file comes by `speechrnn.download`: over https, resumed where
a connection was cut, into what room there is, or from a mirror. Archives are checked as our own are before lhotse
unpacks them.
"""

import contextlib
import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.bridge.arguments import arguments_for
from speechrnn.corpora.bridge.call import call_lhotse
from speechrnn.corpora.bridge.entry import Entry
from speechrnn.corpora.bridge.language import choose_language
from speechrnn.corpora.bridge.manners import quiet, replaced
from speechrnn.corpora.bridge.signature import Function, read_functions
from speechrnn.corpora.bridge.unpacking import careful_unpacking
from speechrnn.corpora.bring import bring_file
from speechrnn.corpora.mirror import find_on_mirror
from speechrnn.corpora.room import ROOM_FACTOR
from speechrnn.download import Wanted
from speechrnn.errors import CorpusError, UsageError
from speechrnn.progress import Progress
from speechrnn.recipe import CorpusConfig
from speechrnn.recipe.corpus import OptionValue

_FETCHERS: Final = ("resumable_download", "download_url_to_file")
_UNPACKED: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2")


def download_through_lhotse(
    entry: Entry, target: Path, parts: tuple[str, ...], config: CorpusConfig, mirror: str | None, progress: Progress
) -> None:
    """Fetch and unpack a corpus; what lhotse has finished already is not fetched again.

    Args:
        entry: which one.
        target: the folder that gets it.
        parts: published parts to fetch; empty for a corpus that comes in one piece.
        config: language and options that are wanted.
        mirror: a folder, or an address, that holds the files under their own names; None for the publisher's.
        progress: told the bytes of each file.

    Raises:
        UsageError: lhotse cannot fetch this corpus, or not from a mirror.
        DownloadError: an address fails, is not https, or there is too little room.
        CorpusError: what came cannot be unpacked.
        MissingDependencyError: lhotse's function needs a package that is not installed.
    """
    function = download_function(entry)
    language = choose_language(entry, None, config.language) if function.in_role("language") else None
    asked = replace(config, options=_known_options(function, config), parts=parts)
    arguments = arguments_for(entry, function, asked, {"source": target}, language)
    module = importlib.import_module(f"lhotse.recipes.{function.module}")  # imports torch, 2 s
    target.mkdir(parents=True, exist_ok=True)
    take = _Taker(mirror, progress)
    with contextlib.ExitStack() as stack:
        replaceable = [name for name in _FETCHERS if hasattr(module, name)]
        if mirror is not None and not replaceable:
            raise UsageError(f"corpus {entry.name}: lhotse fetches it in its own way, --mirror {mirror} is of no use")
        for name in replaceable:
            stack.enter_context(replaced(module, name, take))
        stack.enter_context(careful_unpacking())
        stack.enter_context(quiet(module))
        try:
            call_lhotse(entry, function, target, arguments)
        except CorpusError:
            take.remove_all()  # one of them is damaged or unsafe, and would be taken for whole the next time
            raise
    take.remove_archives()


def download_function(entry: Entry) -> Function:
    """Return lhotse's download function for a corpus.

    Raises:
        UsageError: it has none.
    """
    function = read_functions(entry.module).get(entry.download or "")
    if function is None:
        raise UsageError(f"corpus {entry.name}: lhotse cannot fetch it; see `speechrnn prep {entry.name} --help`")
    return function


def _known_options(function: Function, config: CorpusConfig) -> dict[str, OptionValue]:
    """Leave out the options that are for preparing only."""
    known = {parameter.name for parameter in function.in_role("option")}
    return {name: value for name, value in config.options.items() if name in known}


class _Taker:
    """Stands in for lhotse's ways to fetch a file."""

    def __init__(self, mirror: str | None, progress: Progress) -> None:
        """Take files from a mirror, or from where lhotse says."""
        self._mirror, self._progress = mirror, progress
        self._taken: list[Path] = []

    def __call__(self, url: str, filename: str | Path, *_: Any, **__: Any) -> None:
        """Put a file in its place, unless it is there."""
        target = Path(filename)
        self._taken.append(target)
        if target.is_file():
            return
        place = _place(url, self._mirror)
        if isinstance(place, Path) and _linked(place, target):
            return
        bring_file(place, target, self._progress, Wanted(room_factor=ROOM_FACTOR))

    def remove_all(self) -> None:
        """Delete every file that was taken; what lhotse has unpacked of them and marked as whole stays."""
        for path in self._taken:
            path.unlink(missing_ok=True)

    def remove_archives(self) -> None:
        """Delete what is unpacked by now; zip files stay, since some prepare functions read them."""
        for path in self._taken:
            if path.name.endswith(_UNPACKED):
                path.unlink(missing_ok=True)


def _place(url: str, mirror: str | None) -> Path | str:
    """Choose where to take a file from: a file of a mirror, or an address."""
    if mirror is None:
        return url.replace("http://", "https://", 1)  # many of lhotse's addresses are older than https on their hosts
    return find_on_mirror(mirror, (url.rsplit("/", 1)[-1],), is_one=False)


def _linked(source: Path, target: Path) -> bool:
    """Use a file of a local mirror where it lies; false where links cannot be made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # a link to a mirror that has moved
    try:
        target.symlink_to(source.resolve())
    except OSError:
        return False
    return True
