"""Words and phrases that a speaker is likely to say, each with a boost: `word:3,two words:2`.

A boost is added to the natural-log score of a transcript for every whole occurrence of the phrase, so 3 makes it
e^3 = 20 times likelier beside its rivals, and a negative one less likely.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

from speechrnn.errors import UsageError

DEFAULT_BOOST: Final = 3.0
"""For an entry without a number: enough to tip what is nearly heard, and not what is not."""

MAX_BOOST: Final = 20.0
"""A factor of e^20 drowns most sounds; more than that is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class HotWord:
    """A word, or several with single spaces between, and what each occurrence adds in natural log."""

    phrase: str
    boost: float


def parse_hotwords(text: str) -> tuple[HotWord, ...]:
    """Read hot words as given on a command line: commas between entries, a colon before the boost.

    >>> parse_hotwords("anna:3, new york:2.5")
    (HotWord(phrase='anna', boost=3.0), HotWord(phrase='new york', boost=2.5))

    Raises:
        UsageError: an entry is empty, stands twice, or has a boost that is no number in range; named by its place.
    """
    hotwords: dict[str, HotWord] = {}
    for place, entry in enumerate(text.split(","), start=1):
        where = f"hot words, entry {place} ({entry.strip()!r})"
        hotword = _parse_entry(unicodedata.normalize("NFC", entry), where)
        if hotword.phrase in hotwords:
            raise UsageError(f"{where}: {hotword.phrase!r} came before, each phrase once was wanted; take one out")
        hotwords[hotword.phrase] = hotword
    return tuple(hotwords.values())


def _parse_entry(entry: str, where: str) -> HotWord:
    words, colon, number = entry.rpartition(":")
    phrase = " ".join((words if colon else number).split())
    if not phrase:
        raise UsageError(f"{where}: no words came, an entry such as 'anna' or 'new york:2' was wanted")
    try:
        boost = float(number) if colon else DEFAULT_BOOST
    except ValueError as error:
        raise UsageError(f"{where}: boost {number.strip()!r} came, a number was wanted, as in 'anna:3'") from error
    if not math.isfinite(boost) or boost == 0 or abs(boost) > MAX_BOOST:
        raise UsageError(
            f"{where}: boost {number.strip()} came, a number from -{MAX_BOOST:g} to {MAX_BOOST:g} but 0 was wanted"
        )
    return HotWord(phrase, boost)
