"""Put optional members into a model file, or take them out; every other member stays as it was, byte by byte."""

from collections.abc import Mapping
from pathlib import Path

from speechrnn.bundle import layout
from speechrnn.bundle.read import read_bundle
from speechrnn.bundle.write import write_members


def amend_bundle(path: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write a model file anew with some members changed, replacing it once the new one is whole.

    Args:
        path: the model file.
        changes: content of optional members by name; None takes one out.

    Raises:
        BundleError: the file is damaged, or cannot be written.
        ValueError: a member is none of the optional ones.
    """
    if fixed := sorted(changes.keys() - layout.OPTIONAL):
        raise ValueError(f"{', '.join(fixed)} came, only {', '.join(sorted(layout.OPTIONAL))} may change")
    bundle = read_bundle(path)
    members = {name: bundle.read(name) for name in bundle.manifest.digests if name not in changes}
    added = {name: content for name, content in changes.items() if content is not None}
    write_members(path, bundle.model, {**members, **added})
