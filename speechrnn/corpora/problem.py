"""One utterance that cannot be used, and why; or one that can, and should be looked at.

Problems are set aside by name, written to `set_aside.jsonl` and counted; nothing is dropped in silence. Doubts are only
told by `speechrnn prep validate`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

ProblemKind = Literal[
    "missing_audio",
    "unreadable_audio",
    "too_short",
    "outside_audio",
    "duplicate_id",
    "missing_text",
    "empty_text",
    "not_nfc",
    "control_characters",
    "bad_name",
    "bad_line",
    "left_out",
    "unknown_characters",
    "no_ctc_path",
]

DoubtKind = Literal[
    "same_audio",
    "same_speaker",
    "text_too_long",
    "text_too_short",
    "clipped",
    "near_silence",
    "mixed_sample_rates",
    "crlf",
    "byte_order_mark",
    "nul_bytes",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one utterance, or with a line of a table that would be one.

    Attributes:
        utterance_id: the utterance as the corpus names it; of a line that cannot be read, `table.csv:7`.
        path: the file to look at.
        kind: the cause, one of a fixed list, to count by.
        reason: the cause in words, one line.
        where: file and line that list the utterance, as `table.csv:7`; empty where no file does.
        also: all else that is wrong with it, in the order it is looked for. The utterance is one all the same: it is
            set aside once, and counted by its first problem.
    """

    utterance_id: str
    path: str
    kind: ProblemKind
    reason: str
    where: str = ""
    also: tuple["Problem", ...] = ()

    def each(self) -> Iterator["Problem"]:
        """Go through everything that is wrong, one by one."""
        yield replace(self, also=())
        yield from self.also

    def to_dict(self) -> dict[str, Any]:
        """Return the record as `set_aside.jsonl` holds it."""
        record = {name: value for name, value in asdict(self).items() if value or name not in ("where", "also")}
        return record | ({"also": [other.to_dict() for other in self.also]} if self.also else {})


def problem_of(record: Mapping[str, Any]) -> Problem:
    """Read back what `Problem.to_dict` gave."""
    return Problem(**{**record, "also": tuple(map(problem_of, record.get("also", ())))})


def joined(problems: Sequence[Problem]) -> Problem:
    """Make one problem of all that is wrong with an utterance.

    Args:
        problems: one at least; those that are several already are taken apart.
    """
    first, *others = (one for problem in problems for one in problem.each())
    return replace(first, also=tuple(others))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is strange about an utterance that can be used, or about a file.

    Attributes:
        utterance_id: the utterance as the corpus names it; empty where it is about a file.
        path: the file to look at.
        kind: the cause, one of a fixed list, to count by.
        reason: the cause in words, one line.
        where: file and line to look at, or empty.
        is_refused: whether the corpus is not prepared because of it.
    """

    utterance_id: str
    path: str
    kind: DoubtKind
    reason: str
    where: str = ""
    is_refused: bool = False

    def to_dict(self) -> dict[str, str]:
        """Return the record as `speechrnn prep validate --json` prints it."""
        return {name: value for name, value in asdict(self).items() if name != "is_refused" and value}
