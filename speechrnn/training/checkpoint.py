"""Checkpoints that are either whole or not there.

A checkpoint is a safetensors file and a JSON file that names it with its size and hash. The tensors are written first
under a new name, then the JSON replaces the old one in a single rename: that rename is the moment the checkpoint
exists. A kill at any instant leaves the old checkpoint or the new one. Nothing is pickled.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from speechrnn.atomic import write_bytes, write_json
from speechrnn.errors import TrainingError


def save_checkpoint(directory: Path, name: str, tensors: dict[str, Tensor], state: dict[str, Any]) -> None:
    """Save under `directory/name.json` and `directory/name-<hash>.safetensors`, then delete what they replace."""
    content = save({key: value.detach().cpu().contiguous() for key, value in tensors.items()})
    digest = hashlib.sha256(content).hexdigest()
    tensors_file = f"{name}-{digest[:12]}.safetensors"
    write_bytes(directory / tensors_file, content)
    write_json(directory / f"{name}.json", {"tensors": tensors_file, "sha256": digest, "state": state})
    for old in directory.glob(f"{name}-*.safetensors"):
        if old.name != tensors_file:
            old.unlink()


def delete_checkpoint(directory: Path, name: str) -> None:
    """Delete a checkpoint, if it is there."""
    (directory / f"{name}.json").unlink(missing_ok=True)
    for tensors_file in directory.glob(f"{name}-*.safetensors"):
        tensors_file.unlink()


def load_checkpoint(directory: Path, name: str) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Load a checkpoint; None when there is none.

    Raises:
        TrainingError: its files are damaged.
    """
    description = directory / f"{name}.json"
    if not description.exists():
        return None
    try:
        values = json.loads(description.read_text(encoding="utf-8"))
        content = (directory / values["tensors"]).read_bytes()
        if hashlib.sha256(content).hexdigest() != values["sha256"]:
            raise ValueError("its hash does not match")  # noqa: TRY301
        return load(content), values["state"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{description}: damaged checkpoint ({error}); train again with --restart") from error
