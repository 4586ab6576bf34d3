"""Doubts about utterances that can be used: a bad recording, a transcript that is hardly that of its sound.

Transcripts are compared by characters a second. What is usual differs by language, speaker and way of cutting, so the
measure is the corpus itself: an utterance is doubted where the logarithm of its rate lies further from the median than
six standard deviations (estimated by the median absolute deviation, which outliers do not move) and is off by a factor
of three at least; and, in a corpus of any size, where nobody could speak so fast or so slowly. Of FSDD, yesno and AN4
this doubts nothing, and of Mboshi six utterances in 4616, which have two to five letters in two or three seconds.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from speechrnn.audio import AudioInfo
from speechrnn.corpora.problem import Doubt, DoubtKind
from speechrnn.corpora.utterance import Utterance
from speechrnn.corpora.validate import Checked

_MOST_CLIPPED: Final = 0.001
_QUIETEST_RMS: Final = 0.001  # -60 dB of full scale
_FASTEST, _SLOWEST = 40.0, 0.2  # characters a second
_FEWEST_FOR_MEDIAN: Final = 20
_DEVIATIONS: Final = 6.0
_NORMAL_MAD: Final = 1.4826  # standard deviations of a normal distribution in one median absolute deviation
_LEAST_FACTOR: Final = 3.0
_BINS_PER_UNIT: Final = 200  # of natural logarithm, half a per cent each


class DoubtSearch:
    """Looks at every utterance, and tells in the end what stands out. Rates lie on disk, and are counted in bins."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with nothing seen; `connection` is that of the ledger."""
        self._connection = connection
        self._bins: Counter[int] = Counter()
        self._sample_rates: Counter[int] = Counter()
        self._first_with: dict[int, Utterance] = {}
        connection.execute("CREATE TABLE rates (bin INT, rate REAL, seconds REAL, id TEXT, path TEXT, place TEXT)")
        connection.execute("CREATE TABLE doubted (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def look(self, checked: Checked) -> Iterator[Doubt]:
        """Take in one utterance; yield what is wrong with its recording, once for each file."""
        utterance, info = checked.utterance, checked.measured.info
        rate = len(utterance.text) / checked.seconds
        place = round(math.log(rate) * _BINS_PER_UNIT)
        self._bins[place] += 1
        row = place, rate, checked.seconds, utterance.utterance_id, str(utterance.path), utterance.where
        self._connection.execute("INSERT INTO rates VALUES (?, ?, ?, ?, ?, ?)", row)
        if isinstance(info, AudioInfo):
            self._sample_rates[info.sample_rate_hz] += 1
            self._first_with.setdefault(info.sample_rate_hz, utterance)
            if (doubt := _level_doubt(checked)) and self._is_new(utterance.path):
                yield doubt

    def at_end(self) -> Iterator[Doubt]:
        """Yield what only the whole corpus shows."""
        yield from self._mixed_sample_rates()
        low, high = usual_rates(self._bins)
        query = "SELECT rate, seconds, id, path, place FROM rates WHERE bin < ? OR bin > ?"
        borders = math.log(low) * _BINS_PER_UNIT, math.log(high) * _BINS_PER_UNIT
        for rate, seconds, utterance_id, path, place in self._connection.execute(query, borders):
            kind: DoubtKind = "text_too_long" if rate > high else "text_too_short"
            reason = (
                f"its transcript has {rate:.3g} characters a second, over {seconds:.3g} s; "
                f"usual here is {low:.3g} to {high:.3g}"
            )
            yield Doubt(utterance_id, path, kind, reason, place)

    def _mixed_sample_rates(self) -> Iterator[Doubt]:
        """Doubt every sample rate but the commonest."""
        (usual, _), *others = self._sample_rates.most_common() or [(0, 0)]
        for rate, count in others:
            first = self._first_with[rate]
            reason = (
                f"{count} of {self._sample_rates.total()} utterances are at {rate} Hz, this is the first; "
                f"most are at {usual} Hz"
            )
            yield Doubt(first.utterance_id, str(first.path), "mixed_sample_rates", reason, first.where)

    def _is_new(self, path: Path) -> bool:
        return self._connection.execute("INSERT OR IGNORE INTO doubted VALUES (?)", (str(path),)).rowcount > 0


def usual_rates(bins: Mapping[int, int]) -> tuple[float, float]:
    """Tell which rates are usual.

    Args:
        bins: how many utterances have a logarithm of so many two-hundredths.

    Returns:
        The lowest and the highest, in characters a second.
    """
    if sum(bins.values()) < _FEWEST_FOR_MEDIAN:
        return _SLOWEST, _FASTEST
    middle = _median(bins)
    deviations: Counter[int] = Counter()
    for place, count in bins.items():
        deviations[abs(place - middle)] += count
    spread = _DEVIATIONS * _NORMAL_MAD * _median(deviations) / _BINS_PER_UNIT
    factor, median = math.exp(max(spread, math.log(_LEAST_FACTOR))), math.exp(middle / _BINS_PER_UNIT)
    return max(_SLOWEST, median / factor), min(_FASTEST, median * factor)


def _median(bins: Mapping[int, int]) -> int:
    """Return the lower median of what was counted."""
    half, seen = (sum(bins.values()) + 1) // 2, 0
    for place in sorted(bins):
        seen += bins[place]
        if seen >= half:
            break
    return place


def _level_doubt(checked: Checked) -> Doubt | None:
    """Doubt a file that is all but silent, or cut off at full scale."""
    utterance, measured = checked.utterance, checked.measured
    if measured.rms < _QUIETEST_RMS:
        level = f"{20 * math.log10(measured.rms):.0f} dB of full scale" if measured.rms else "digital silence"
        reason = f"almost silent, {level}"
        return Doubt(utterance.utterance_id, str(utterance.path), "near_silence", reason, utterance.where)
    if measured.clipped > _MOST_CLIPPED:
        reason = f"clipped, {measured.clipped:.2%} of its samples are at full scale; it was recorded too loud"
        return Doubt(utterance.utterance_id, str(utterance.path), "clipped", reason, utterance.where)
    return None
