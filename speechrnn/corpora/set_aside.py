"""The list of what was set aside, `set_aside.jsonl`, read from the disk each time somebody walks through it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.corpora.problem import Problem, problem_of

SET_ASIDE: Final = "set_aside.jsonl"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Everything of a prepared corpus that could not be used.

    Attributes:
        path: the file, a problem a line.
        counts: how many there are of each kind.
    """

    path: Path
    counts: Mapping[str, int]

    def __len__(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Problem]:
        """Read one after the other."""
        with self.path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                yield problem_of(json.loads(line))

    def __contains__(self, problem: object) -> bool:
        """Tell whether a problem is among them."""
        return any(problem == one for one in self)
