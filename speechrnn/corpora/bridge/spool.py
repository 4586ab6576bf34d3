"""What lhotse found, written to a temporary file and listed from there, so that its manifests need not be kept.

lhotse holds a part in memory while it prepares it; a million utterances in its own classes take gigabytes, which are
free again once their few facts lie on disk.
"""

import json
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from speechrnn.corpora.problem import Problem, problem_of
from speechrnn.corpora.utterance import Utterance

_FILE: Final = "utterances.jsonl"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Spool:
    """Utterances on disk.

    Attributes:
        folder: where they lie; it goes when nobody holds the spool any more.
        num_utterances: how many there are.
    """

    folder: Path
    num_utterances: int

    def __iter__(self) -> Iterator[Utterance | Problem]:
        """Read them one after the other."""
        with (self.folder / _FILE).open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield _item(json.loads(line))


def _item(record: dict[str, Any]) -> Utterance | Problem:
    """Read back what was written."""
    if "kind" in record:
        return problem_of(record)
    faults = tuple(map(problem_of, record["faults"]))
    return Utterance(**record | {"path": Path(record["path"]), "faults": faults})


def write_spool(items: Iterable[Utterance | Problem]) -> Spool:
    """Put utterances on disk, and problems among them where they were met.

    Raises:
        OSError: the folder for temporary files is full.
    """
    folder = Path(tempfile.mkdtemp(prefix="speechrnn-prep-"))
    count = 0
    try:
        with (folder / _FILE).open("w", encoding="utf-8", newline="\n") as lines:
            for item in items:
                lines.write(json.dumps(asdict(item), ensure_ascii=False, default=str) + "\n")
                count += isinstance(item, Utterance)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    spool = Spool(folder, count)
    weakref.finalize(spool, shutil.rmtree, folder, ignore_errors=True)
    return spool
