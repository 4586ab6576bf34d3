"""Lets whatever lhotse unpacks pass the same checks as what we unpack ourselves."""

import contextlib
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from speechrnn.corpora.bridge.manners import replaced
from speechrnn.corpora.unpack import Archive, check_archive, disk_filled
from speechrnn.download import DISK_FULL

_METHODS: Final = (
    (tarfile.TarFile, "extractall"),
    (zipfile.ZipFile, "extractall"),
    (zipfile.ZipFile, "extract"),
)


@contextlib.contextmanager
def careful_unpacking() -> Iterator[None]:
    """Check every archive before anything is unpacked from it inside this block.

    Raises:
        CorpusError: an archive is refused.
        DownloadError: the disk has no room for what is in it, or fills meanwhile.
    """
    seen: WeakSet[Archive] = WeakSet()
    with contextlib.ExitStack() as stack:
        stack.enter_context(replaced(tarfile.TarFile, "extraction_filter", staticmethod(tarfile.data_filter)))
        for kind, name in _METHODS:
            stack.enter_context(replaced(kind, name, _checking(vars(kind)[name], seen)))
        yield


def _checking(extract: Callable[..., Any], seen: "WeakSet[Archive]") -> Callable[..., Any]:
    """Return a method that looks at an archive the first time something is taken from it."""

    def checked(archive: Archive, *args: Any, **kwargs: Any) -> Any:
        name = archive.filename if isinstance(archive, zipfile.ZipFile) else archive.name
        path = Path(os.fsdecode(name or ""))
        if name is not None and archive not in seen:
            check_archive(archive, path, path.parent)
            seen.add(archive)
        try:
            return extract(archive, *args, **kwargs)
        except OSError as error:
            if error.errno in DISK_FULL:
                raise disk_filled(path) from error  # and no fault of the archive, which stays for the next run
            raise

    return checked
