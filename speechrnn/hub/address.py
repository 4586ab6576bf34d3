"""Where a model may come from, as users write it: an https address, `hf://user/name[@revision][/file]`, or a path."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.bundle.named import NAME, SUFFIX
from speechrnn.errors import UsageError

HUB: Final = "hf://"
_REPOSITORY: Final = re.compile(r"(?P<user>[\w.-]+)/(?P<name>[\w.-]+)(@(?P<revision>[\w.-]+))?(/(?P<file>.+))?")
_SHA256: Final = re.compile("[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A model file on a web server, with the checksum its address may end in (`#sha256=...`)."""

    url: str
    sha256: str | None

    @property
    def name(self) -> str:
        """The name its file suggests."""
        return PurePosixPath(unquote(urlsplit(self.url).path)).name.removesuffix(SUFFIX)


@dataclass(frozen=True, slots=True)
class HubAddress:
    """A repository of the Hugging Face hub; without a file, its only model is meant."""

    repository: str
    revision: str | None = None
    file: str | None = None

    @property
    def name(self) -> str:
        """The name it suggests: that of the file, or of the repository where the file is just `model.srnn`."""
        if self.file is None or PurePosixPath(self.file).name == BUNDLE_NAME:
            return self.repository.partition("/")[2]
        return PurePosixPath(self.file).name.removesuffix(SUFFIX)

    def __str__(self) -> str:
        """Write it as the user does."""
        revision, file = (f"@{self.revision}" if self.revision else ""), (f"/{self.file}" if self.file else "")
        return f"{HUB}{self.repository}{revision}{file}"


def parse_address(text: str) -> WebAddress | HubAddress | Path:
    """Read what a user wrote.

    >>> parse_address("hf://ann/digits@v2").revision
    'v2'
    >>> parse_address("https://example.org/m/yesno.srnn?download=1").name
    'yesno'

    Raises:
        UsageError: it begins like an address and is none.
    """
    if text.startswith(HUB):
        return parse_hub_address(text)
    if "://" not in text:
        return Path(text).expanduser()
    parts = urlsplit(text)
    sha256 = parse_sha256(parts.fragment.removeprefix("sha256="), text) if parts.fragment else None
    return WebAddress(urlunsplit(parts._replace(fragment="")), sha256)


def parse_hub_address(text: str) -> HubAddress:
    """Read an address of the hub.

    Raises:
        UsageError: it is none.
    """
    found = _REPOSITORY.fullmatch(text.removeprefix(HUB)) if text.startswith(HUB) else None
    if found is None:
        raise UsageError(f"{text}: wanted {HUB}user/name, or {HUB}user/name/file{SUFFIX}")
    return HubAddress(f"{found['user']}/{found['name']}", found["revision"], found["file"])


def parse_sha256(digest: str, where: str) -> str:
    """Check the spelling of a checksum, and give it in lower case.

    Raises:
        UsageError: it is no SHA-256; `where` says what it was given for.
    """
    if _SHA256.fullmatch(digest) is None:
        raise UsageError(f"{where}: {digest!r} came as SHA-256, 64 hexadecimal digits were wanted")
    return digest.lower()


def check_name(name: str) -> str:
    """Give a name back if a model may have it.

    Raises:
        UsageError: it may not.
    """
    if NAME.fullmatch(name) is None:
        raise UsageError(f"--name: {name!r} came, letters, digits, dots, dashes and underscores were wanted")
    return name
