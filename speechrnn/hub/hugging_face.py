"""The Hugging Face hub, through its own client (extra `hub`), which also knows the user's token and `$HF_ENDPOINT`.

Whatever goes wrong there is one line that names the address. The hub publishes the SHA-256 of large files; what comes
is compared with it besides what the user knows.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from speechrnn import __version__
from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.bundle.named import SUFFIX
from speechrnn.download import Wanted, check_address, check_file
from speechrnn.errors import DownloadError, MissingDependencyError, UsageError
from speechrnn.hub.address import HubAddress

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

_LIBRARY: Final = "speechrnn"
_README: Final = "README.md"


def fetch_from_hub(address: HubAddress, target: Path, wanted: Wanted) -> None:
    """Download a model of a repository to `target`; a cut connection is gone on from the next time.

    Raises:
        UsageError: the repository holds several models and none was named.
        DownloadError: it cannot be reached, refuses, holds no model, or the file is too large or another one.
        MissingDependencyError: the client is not installed.
    """
    folder = target.with_suffix(".hub")
    with _hub(address) as api:
        file = _choose(address, _model_files(api, address))
        if wanted.refuses(file.size):
            raise DownloadError(f"{address}: {file.path} has {file.size / 1e6:.1f} MB, more than is taken")
        got = api.hf_hub_download(
            address.repository, file.path, revision=address.revision, local_dir=folder, force_download=False
        )
        published = file.lfs.sha256 if file.lfs else None
    shutil.move(got, target)
    shutil.rmtree(folder)
    check_file(target, wanted, str(address))
    check_file(target, replace(wanted, num_bytes=file.size, sha256=published), str(address))


def send_to_hub(address: HubAddress, model: Path, readme: str, *, private: bool | None, message: str) -> str:
    """Upload a model in one commit; a repository that is not there is made, a README that is there is left alone.

    Args:
        address: where to; its file is `model.srnn` where none is named.
        model: the model file.
        readme: Markdown for a repository without README.
        private: whether a new repository is private; None leaves it to the account's setting.
        message: of the commit.

    Returns:
        The web address of the commit.

    Raises:
        DownloadError: the hub cannot be reached or refuses; most often nobody is logged in.
        MissingDependencyError: the client is not installed.
    """
    with _hub(address) as api:
        from huggingface_hub import CommitOperationAdd

        api.create_repo(address.repository, private=private, exist_ok=True)
        added = [CommitOperationAdd(address.file or BUNDLE_NAME, str(model))]
        if not api.file_exists(address.repository, _README, revision=address.revision):
            added.append(CommitOperationAdd(_README, readme.encode()))
        commit = api.create_commit(address.repository, added, commit_message=message, revision=address.revision)
        return str(commit.commit_url)


@contextmanager
def _hub(address: HubAddress) -> Iterator["HfApi"]:
    """Open the client, and turn its errors into ours."""
    try:
        from huggingface_hub import HfApi

        # HTTPError is that of whatever package it speaks HTTP with.
        from huggingface_hub.errors import HFValidationError, HTTPError  # type: ignore[attr-defined]
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except ImportError as error:
        raise MissingDependencyError(
            f"{address}: the client of the hub is not installed; get it with: pip install 'speechrnn[hub]'"
        ) from error
    api = HfApi(library_name=_LIBRARY, library_version=__version__)
    check_address(api.endpoint)
    disable_progress_bars()
    try:
        yield api
    except (HTTPError, HFValidationError, OSError) as error:
        # The hub's messages have several lines: what happened, then addresses and advice.
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DownloadError(f"{address}: {reason}") from error


def _model_files(api: "HfApi", address: HubAddress) -> list["RepoFile"]:
    """List the models of a repository, with sizes and checksums."""
    from huggingface_hub.hf_api import RepoFile

    tree = api.list_repo_tree(address.repository, recursive=True, revision=address.revision)
    return [entry for entry in tree if isinstance(entry, RepoFile) and entry.path.endswith(SUFFIX)]


def _choose(address: HubAddress, files: Sequence["RepoFile"]) -> "RepoFile":
    """Take the file that was named, the only one, or the one called `model.srnn`."""
    names = [file.path for file in files]
    wanted = address.file or (names[0] if len(names) == 1 else BUNDLE_NAME)
    if wanted in names:
        return files[names.index(wanted)]
    if not names:
        raise DownloadError(f"{address}: holds no model (a file *{SUFFIX})")
    raise UsageError(f"{address}: holds no {wanted}; name one of {', '.join(sorted(names))}")
