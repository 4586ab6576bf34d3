"""Shar archives from a web server or a bucket of object storage: each file is fetched once, from front to back.

What comes is named and checked by `shards.json`, which `speechrnn prep --shar` writes. The local copy is whole once it
has its own `shards.json`; from then on the network is not asked. A fetch that was cut short goes on where it was.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from speechrnn.corpora.shar import INDEX
from speechrnn.corpora.storage_address import below, web_address
from speechrnn.download import Wanted, check_address, fetch
from speechrnn.errors import CorpusError
from speechrnn.progress import Progress

_FILE: Final = re.compile(r"(train|dev|test)/(cuts\.\d{6}\.jsonl\.gz|recording\.\d{6}\.tar)")
_MOST_INDEX_BYTES: Final = 64 * 1024**2


def is_address(path: str) -> bool:
    """Tell an address from a path on this machine."""
    return "://" in path


def mirror_shar(address: str, data_dir: Path, progress: Progress) -> Path:
    """Copy archives to the data folder, unless they are there.

    Args:
        address: of the folder that holds `shards.json`.
        data_dir: gets `shar/<name>/`.
        progress: told the bytes of each file.

    Returns:
        The folder of the copy, laid out as the original.

    Raises:
        UsageError: an address of object storage that names no bucket.
        DownloadError: an address that is not https, a file that is not there, or not the one that was listed.
        CorpusError: what lists the files is no such list.
    """
    place = web_address(address)
    check_address(place)
    root = place.partition("?")[0].rstrip("/")  # what follows may be a signature, another one each time
    digest = hashlib.sha256(root.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "_", Path(urlsplit(root).path).name) or "shar"
    folder = data_dir / "shar" / f"{name}-{digest}"
    if (folder / INDEX).exists():
        return folder
    listed = folder / f"{INDEX}.new"
    fetch(below(place, INDEX), listed, Wanted(most_bytes=_MOST_INDEX_BYTES), progress)
    for file, wanted in _listed(listed, root).items():
        if not _is_there(folder / file, wanted):
            fetch(below(place, file), folder / file, wanted, progress)
    listed.replace(folder / INDEX)
    return folder


def _is_there(path: Path, wanted: Wanted) -> bool:
    """Tell whether an earlier try brought this very file; the list may have changed since."""
    if not path.exists() or path.stat().st_size != wanted.num_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == wanted.sha256


def _listed(path: Path, root: str) -> dict[str, Wanted]:
    """Read what files there are; names come from elsewhere, so only those that archives have are taken."""
    try:
        files: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["files"]
        found = {name: Wanted(num_bytes=int(of["bytes"]), sha256=str(of["sha256"])) for name, of in files.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CorpusError(f"{root}/{INDEX}: no list of archives as `speechrnn prep --shar` writes it") from error
    for name in found:
        if not _FILE.fullmatch(name):
            raise CorpusError(f"{root}/{INDEX}: lists {name!r}; wanted names such as train/recording.000000.tar only")
    return found
