"""Repairs that are safe: the same words in a cleaner spelling, and times that reach out of their recording.

A text loses byte order marks, gets Unicode form NFC and single spaces for any white space, line ends among it. A part
that begins in its recording and ends after it ends with it; one that begins before 0 begins at 0. Only what is prepared
is repaired, never a file of the user, and every repair is written down.
"""

import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import Final

from speechrnn.corpora.utterance import Utterance

FIXES: Final = "fixes.jsonl"
_BYTE_ORDER_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class Fix:
    """What was changed of one utterance.

    Attributes:
        utterance_id: the utterance as the corpus names it.
        path: its sound file.
        what: `byte_order_mark`, `not_nfc` and `spaces`, joined by commas, or `outside_audio`.
        before: the transcript or the times as found.
        after: as they are now.
        where: file and line that list the utterance, or empty.
    """

    utterance_id: str
    path: str
    what: str
    before: str
    after: str
    where: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the record as `fixes.jsonl` holds it."""
        return {name: value for name, value in asdict(self).items() if value or name != "where"}


def fix_text(utterance: Utterance) -> tuple[Utterance, Fix | None]:
    """Clean a transcript."""
    before = utterance.text
    unmarked = before.replace(_BYTE_ORDER_MARK, "")
    composed = unicodedata.normalize("NFC", unmarked)
    after = " ".join(composed.split())
    steps = {"byte_order_mark": unmarked != before, "not_nfc": composed != unmarked, "spaces": after != composed}
    what = ",".join(step for step, was_taken in steps.items() if was_taken)
    return (replace(utterance, text=after), _fix(utterance, what, before, after)) if what else (utterance, None)


def fix_times(utterance: Utterance, file_seconds: float) -> tuple[Utterance, Fix | None]:
    """Cut a part to its recording, where any of it lies in there.

    >>> from pathlib import Path
    >>> part = Utterance(utterance_id="a", split="train", path=Path("a.wav"), text="a", duration_seconds=3.0)
    >>> fix_times(part, 2.5)[0].duration_seconds, fix_times(part, 3.0) == (part, None)
    (2.5, True)
    """
    start = utterance.start_seconds
    end = file_seconds if utterance.duration_seconds is None else start + utterance.duration_seconds
    first, last = max(start, 0.0), min(end, file_seconds)
    if not first < last or (first == start and last == end):
        return utterance, None
    inside = replace(utterance, start_seconds=first, duration_seconds=round(last - first, 6))
    return inside, _fix(utterance, "outside_audio", f"{start:g} to {end:g} s", f"{first:g} to {last:g} s")


def _fix(utterance: Utterance, what: str, before: str, after: str) -> Fix:
    return Fix(utterance.utterance_id, str(utterance.path), what, before, after, utterance.where)
