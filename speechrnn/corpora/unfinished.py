"""The mark of a public corpus whose download has begun and not ended: which of its parts are on their way.

It lies beside the corpus, so that parts that are there already can be told from those that may be half unpacked.
"""

import json
from pathlib import Path


def unfinished_mark(name: str, data_dir: Path) -> Path:
    """Name the file that marks a corpus."""
    return data_dir / f".{name}.unfinished.json"


def unfinished_parts(name: str, data_dir: Path) -> list[str]:
    """Read which parts an earlier download did not finish; an empty name stands for a corpus of one piece."""
    try:
        return [str(part) for part in json.loads(unfinished_mark(name, data_dir).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
