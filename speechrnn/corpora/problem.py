"""One utterance that cannot be used, and why.

Problems are set aside by name, written to `set_aside.jsonl` and counted; nothing is dropped in silence.
"""

from dataclasses import asdict, dataclass
from typing import Literal

ProblemKind = Literal[
    "missing_audio",
    "unreadable_audio",
    "too_short",
    "outside_audio",
    "duplicate_id",
    "missing_text",
    "empty_text",
    "not_nfc",
    "bad_name",
    "unknown_characters",
    "no_ctc_path",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one utterance.

    Attributes:
        utterance_id: the utterance as the corpus names it.
        path: the file to look at.
        kind: the cause, one of a fixed list, to count by.
        reason: the cause in words, one line.
    """

    utterance_id: str
    path: str
    kind: ProblemKind
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return the record as `set_aside.jsonl` holds it."""
        return asdict(self)
