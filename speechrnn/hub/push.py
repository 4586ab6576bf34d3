"""Sends a model to a hub, with its card as the page that people see there."""

from dataclasses import dataclass
from pathlib import Path

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.read import read_bundle
from speechrnn.errors import BundleError
from speechrnn.hub.address import HubAddress, parse_hub_address
from speechrnn.hub.hugging_face import send_to_hub
from speechrnn.hub.listing import facts_of
from speechrnn.hub.pull import sha256_of

_PAGE = """\
---
library_name: speechrnn
pipeline_tag: automatic-speech-recognition
tags: [speech-recognition, ctc, speechrnn]
{language}---

{card}
## Use

```sh
pip install 'speechrnn[hub]'
speechrnn models pull {address} --sha256 {sha256}
speechrnn transcribe FILE.wav -m {name}
```
"""


@dataclass(frozen=True, slots=True)
class Pushed:
    """Where a model went, and its checksum."""

    address: HubAddress
    commit: str
    sha256: str


def push(model: Path, target: str, *, private: bool | None = None, message: str = "") -> Pushed:
    """Upload a model file once it has passed its own self-tests.

    Args:
        model: the model file.
        target: `hf://user/name`, or with the file it shall be there.
        private: whether a new repository is private; None leaves it to the account's setting.
        message: of the commit; by default the model's name.

    Raises:
        UsageError: the target is no address of the hub.
        BundleError: the model is damaged, or gives something else here than where it was made.
        DownloadError: the hub refuses.
        MissingDependencyError: the hub's client is not installed.
    """
    address = parse_hub_address(target)
    if wrong := [result for result in check_bundle(model) if not result.ok]:
        raise BundleError(f"{model}: self-test {wrong[0].name} differs; a model that fails here is not sent")
    sha256 = sha256_of(model)
    commit = send_to_hub(
        address,
        model,
        page(model, address, sha256),
        private=private,
        message=message or f"Model {read_bundle(model).model.name}",
    )
    return Pushed(address, commit, sha256)


def page(model: Path, address: HubAddress, sha256: str) -> str:
    """Make the Markdown that the hub shows: its metadata, the model's card, and how to use it."""
    language = facts_of(model).language
    return _PAGE.format(
        language=f"language: {language}\n" if language else "",
        card=read_bundle(model).card(),
        address=address,
        sha256=sha256,
        name=address.name,
    )
