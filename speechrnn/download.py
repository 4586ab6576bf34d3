"""Fetches one file over https, so that a cut connection costs only what was not received yet.

What has arrived lies in `<name>.part`, with the server's entity tag beside it; the next attempt, or the next run, asks
for the rest (RFC 9110, range requests) and starts over where the server offers another file or no ranges. The file
gets its name only when its size and SHA-256 are right. Plain http is for this machine alone.
"""

import errno
import hashlib
import http.client
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from speechrnn.errors import DownloadError
from speechrnn.progress import Progress, silent

_ATTEMPTS: Final = 5
_BLOCK_BYTES: Final = 1 << 18
_TIMEOUT_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 2.0  # and as much again after every further failure
DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
"""What a system says when it has no room, or this user has none."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a file must be like to be taken.

    Attributes:
        num_bytes: its size, or None where nothing is known of it.
        sha256: its checksum in hexadecimal, or None likewise.
        most_bytes: the largest that is taken, or None for any that the disk has room for.
        room_factor: bytes of disk it takes in the end, what is unpacked from it included, per byte of its own.
    """

    num_bytes: int | None = None
    sha256: str | None = None
    most_bytes: int | None = None
    room_factor: int = 1

    def refuses(self, num_bytes: int) -> bool:
        """Tell whether that many bytes are too many."""
        return self.most_bytes is not None and num_bytes > self.most_bytes


def fetch(url: str, target: Path, wanted: Wanted, progress: Progress = silent) -> None:
    """Download a file to `target`.

    Args:
        url: https, or http on this machine.
        target: where it goes; its folder is made.
        wanted: what must come.
        progress: told the bytes received.

    Raises:
        DownloadError: the address is not https, the server refuses or keeps failing, there is too little room, or what
            came is not the file it should be.
    """
    check_address(url)
    shown = url.partition("?")[0]  # what follows may be a key
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    reason: object = None
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE_SECONDS * attempt)
        try:
            if _receive(url, part, wanted, progress):
                break
            reason = "the connection ended early"
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            if error.code < 500:
                raise DownloadError(
                    f"{shown}: the server says {error.code} {error.reason}; {_advice(error)}"
                ) from error
            reason = error
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.errno in DISK_FULL:
                raise DownloadError(
                    f"{shown}: the disk filled while it was downloaded; make room and run it again to go on from here"
                ) from error
            reason = error
    else:
        raise DownloadError(f"{shown}: gave up after {_ATTEMPTS} attempts ({reason}); run it again to go on from here")
    _tag_file(part).unlink(missing_ok=True)
    check_file(part, wanted, shown)
    part.replace(target)


def check_address(url: str) -> None:
    """Refuse anything that could be altered on its way.

    Raises:
        DownloadError: neither https nor http to this machine.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    raise DownloadError(f"{url.partition('?')[0]}: wanted an https address (http is taken for this machine only)")


class _StrictRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to an address that would be taken itself, and to this machine only from this machine."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]  # noqa: D102
        check_address(newurl)
        if urlsplit(newurl).scheme == "http" and urlsplit(req.full_url).hostname not in _LOOPBACK:
            raise DownloadError(f"{req.full_url}: leads to {newurl}, an https address was wanted")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _advice(error: urllib.error.HTTPError) -> str:
    """Say what to do about a refusal; of object storage, also where the region of a bucket is another."""
    if error.code in (http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN):
        return (
            "it lets nobody read this without a key, or there is no such file; give a presigned https address of it, "
            "or copy it with the tools of its host and give the folder"
        )
    region = error.headers.get("x-amz-bucket-region")
    if region and error.code in (http.HTTPStatus.MOVED_PERMANENTLY, http.HTTPStatus.BAD_REQUEST):
        return f"the bucket is in {region}; set AWS_ENDPOINT_URL_S3=https://s3.{region}.amazonaws.com"
    return "look for a new address"


def _receive(url: str, part: Path, wanted: Wanted, progress: Progress) -> bool:
    """Receive what is missing of a part file; true when the server sent all it announced."""
    shown = url.partition("?")[0]
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "speechrnn"} | _range_headers(part, have))
    is_local = urlsplit(url).hostname in _LOOPBACK
    opener = urllib.request.build_opener(_StrictRedirects, *([urllib.request.ProxyHandler({})] if is_local else []))
    try:
        response = opener.open(request, timeout=_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        return _is_all(part, have, error.headers.get("Content-Range", ""))
    with response:
        if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            have = 0  # the whole file comes, from its beginning
        length = response.headers.get("Content-Length")
        total = have + int(length) if length is not None else 0
        _check_part(shown, part, max(total, have), wanted)
        _check_room(shown, part, total - have, wanted.room_factor)
        with part.open("ab" if have else "wb") as stream:
            _tag_file(part).write_text(response.headers.get("ETag") or "", encoding="utf-8")
            while block := response.read(_BLOCK_BYTES):
                stream.write(block)
                have += len(block)
                progress("downloading", have, total or have)
                if wanted.refuses(have):
                    break
        _check_part(shown, part, have, wanted)
    return length is None or have == total


def _range_headers(part: Path, have: int) -> dict[str, str]:
    """Ask for the rest of a part file, if it is still the same file there."""
    tag = _tag_file(part).read_text(encoding="utf-8") if _tag_file(part).exists() else ""
    if not have or tag.startswith("W/"):
        return {}  # a weak tag does not promise the same bytes
    return {"Range": f"bytes={have}-"} | ({"If-Range": tag} if tag else {})


def _is_all(part: Path, have: int, content_range: str) -> bool:
    """Tell, when the server has nothing past what we have, whether it is all; if it is not, begin again."""
    if content_range == f"bytes */{have}":
        return True
    part.unlink()
    return False


def _tag_file(part: Path) -> Path:
    """Name the file that keeps the entity tag of a part file."""
    return part.with_name(f"{part.name}.etag")


def _check_room(url: str, part: Path, missing_bytes: int, factor: int) -> None:
    """Refuse to fill the disk."""
    free = shutil.disk_usage(part.parent).free
    if missing_bytes * factor > free:
        needed, there = missing_bytes * factor / 1e9, free / 1e9
        raise DownloadError(f"{url}: needs about {needed:.1f} GB, and {part.parent} has {there:.1f} GB free")


def _check_part(url: str, part: Path, num_bytes: int, wanted: Wanted) -> None:
    """Refuse more than is wanted, as soon as it is announced or comes; a server need not keep to what it announced."""
    if wanted.refuses(num_bytes):
        part.unlink(missing_ok=True)
    check_size(num_bytes, wanted, url)


def check_size(num_bytes: int, wanted: Wanted, source: str) -> None:
    """Refuse a file that is too large.

    Args:
        num_bytes: its size, as far as it is known.
        wanted: what it must be.
        source: where it comes from, for messages.

    Raises:
        DownloadError: more than is taken.
    """
    if wanted.most_bytes is not None and wanted.refuses(num_bytes):
        raise DownloadError(
            f"{source}: {num_bytes / 1e6:.1f} MB or more came, at most {wanted.most_bytes / 1e6:.1f} MB is taken"
        )


def check_file(path: Path, wanted: Wanted, source: str) -> None:
    """Compare a file with what was published; a wrong one is deleted, it would never become right.

    Args:
        path: the file.
        wanted: what it must be.
        source: where it came from, for messages.

    Raises:
        DownloadError: its size or SHA-256 is another.
    """
    size = path.stat().st_size
    if wanted.num_bytes is not None and size != wanted.num_bytes:
        path.unlink()
        raise DownloadError(
            f"{source}: {size} bytes came where {wanted.num_bytes} were published; try again or another mirror"
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if wanted.sha256 is not None and digest != wanted.sha256:
        path.unlink()
        raise DownloadError(f"{source}: SHA-256 is {digest} where {wanted.sha256} was published; do not use it")
