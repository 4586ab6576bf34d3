"""Brings a model into the user's cache: fetched, compared with its checksum, and run on its own self-tests first.

It takes its place in one rename, so a name in the cache is always a whole model that works on this machine.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.find import resolve_model
from speechrnn.bundle.named import SUFFIX, cache_directory, cached_folder, embedded_models
from speechrnn.download import Wanted, check_file, check_size, fetch
from speechrnn.errors import BundleError, UsageError
from speechrnn.hub.address import HubAddress, WebAddress, check_name, parse_address, parse_sha256
from speechrnn.progress import Progress, silent

MOST_BYTES: Final = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is in the cache now; `new` is false where the same one was there already."""

    name: str
    path: Path
    sha256: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """How to pull: the checksum that is known, the name it gets, whether another of that name is replaced, its size."""

    sha256: str | None = None
    name: str | None = None
    replace: bool = False
    most_bytes: int = MOST_BYTES


def pull(source: str, options: PullOptions | None = None, progress: Progress = silent) -> Pulled:
    """Put a model into the cache.

    Args:
        source: an https address, `hf://user/name[/file]`, or the path of a model file or run folder.
        options: how.
        progress: told the bytes received.

    Raises:
        UsageError: the source is none, or its name is taken.
        DownloadError: it cannot be fetched, is too large, or has another checksum.
        BundleError: it is no whole model, or gives something else here than where it was made.
        MissingDependencyError: the hub's client is not installed.
    """
    options, address = options or PullOptions(), parse_address(source)
    wanted = _wanted(source, address, options)
    local = resolve_model(address) if isinstance(address, Path) else None
    name = check_name(options.name or _name_of(address, local))
    if name in embedded_models():
        raise UsageError(f"{name}: is the name of a model inside of the package; choose another with --name")
    arrival = cache_directory() / "downloads" / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}{SUFFIX}"
    arrival.parent.mkdir(parents=True, exist_ok=True)
    _receive(source, address, local, arrival, wanted, progress)
    try:
        _verify(arrival, source)
        return _shelve(arrival, name, source, options.replace)
    finally:
        arrival.unlink(missing_ok=True)


def _wanted(source: str, address: WebAddress | HubAddress | Path, options: PullOptions) -> Wanted:
    """Collect what is known of the file; two checksums must be the same."""
    given = parse_sha256(options.sha256, "--sha256") if options.sha256 else None
    inside = address.sha256 if isinstance(address, WebAddress) else None
    if given and inside and given != inside:
        raise UsageError(f"--sha256: {given} came, and {source} ends in another; leave one of them out")
    return Wanted(sha256=given or inside, most_bytes=options.most_bytes)


def _name_of(address: WebAddress | HubAddress | Path, local: Path | None) -> str:
    """Choose a name; a model in a run folder is called like the folder."""
    if isinstance(address, WebAddress | HubAddress):
        return address.name
    file = (local or address).resolve()
    return file.parent.name if file.stem == "model" else file.stem


def _receive(
    source: str,
    address: WebAddress | HubAddress | Path,
    local: Path | None,
    arrival: Path,
    wanted: Wanted,
    progress: Progress,
) -> None:
    """Bring the file to `arrival`."""
    if isinstance(address, WebAddress):
        fetch(address.url, arrival, wanted, progress)
    elif isinstance(address, HubAddress):
        from speechrnn.hub.hugging_face import fetch_from_hub

        fetch_from_hub(address, arrival, wanted)
    else:
        check_size((local or address).stat().st_size, wanted, source)
        shutil.copyfile(local or address, arrival)
        check_file(arrival, wanted, source)


def _verify(path: Path, source: str) -> None:
    """Open a model, compare every checksum in it, and replay its self-tests."""
    try:
        wrong = [result for result in check_bundle(path) if not result.ok]
    except BundleError as error:
        raise BundleError(str(error).replace(str(path), source)) from error
    if wrong:
        raise BundleError(
            f"{source}: self-test {wrong[0].name} gave {wrong[0].got} here and {wrong[0].expected} where the model was "
            "made; not taken"
        )


def _shelve(arrival: Path, name: str, source: str, replace: bool) -> Pulled:
    """Give a verified model its name."""
    target = cached_folder() / f"{name}{SUFFIX}"
    sha256 = sha256_of(arrival)
    if target.exists() and sha256_of(target) == sha256:
        return Pulled(name, target, sha256, new=False)
    if target.exists() and not replace:
        raise UsageError(
            f"{source}: another model of the name {name} is in the cache; --force replaces it, --name keeps both"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    arrival.replace(target)
    return Pulled(name, target, sha256, new=True)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
