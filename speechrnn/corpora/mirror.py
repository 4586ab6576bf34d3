"""Where a mirror keeps a file: `--mirror` is a folder or an address that holds files under their usual names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from speechrnn.corpora.storage_address import below, web_address
from speechrnn.errors import UsageError

ARCHIVES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")


def find_on_mirror(mirror: str, names: Sequence[str], *, is_one: bool) -> Path | str:
    """Return the file of a folder, or the address of the file.

    Args:
        mirror: a folder, or an address, also that of a bucket.
        names: what the file is called there; in a folder the first that is there is taken.
        is_one: whether it is the only file that is wanted, so that the mirror may name the file itself.

    Raises:
        UsageError: no such file, or no name of a bucket.
    """
    if "://" in mirror:
        address = web_address(mirror)
        is_file = is_one and address.partition("?")[0].endswith(ARCHIVES)
        return address if is_file else below(address, names[0])
    place = Path(mirror).expanduser()
    places = [place] if is_one and not place.is_dir() else [place / name for name in names]
    for path in places:
        if path.is_file():
            return path
    raise UsageError(f"--mirror {mirror}: no file {' or '.join(map(str, places))}")
