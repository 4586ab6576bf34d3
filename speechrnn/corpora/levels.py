"""How loud the files of each split are, counted while they are checked, since reading them again takes as long."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from speechrnn.audio import AudioInfo
from speechrnn.corpora.validate import Checked

_LOWEST_DB: Final = -100


class Levels:
    """Counts utterances by the level of their file, in whole dB of full scale."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: dict[str, Counter[int]] = {}

    def add(self, checked: Checked) -> None:
        """Count one utterance; stored features have no level."""
        measured = checked.measured
        if isinstance(measured.info, AudioInfo):
            level = round(20 * math.log10(measured.rms)) if measured.rms else _LOWEST_DB
            self._counts.setdefault(checked.utterance.split, Counter())[max(level, _LOWEST_DB)] += 1

    def counts(self, splits: Iterable[str]) -> dict[str, dict[str, int]]:
        """Give the counts by split and dB, the softest first, as `corpus.json` holds them."""
        return {
            split: {str(level): count for level, count in sorted(self._counts[split].items())}
            for split in splits
            if split in self._counts
        }
