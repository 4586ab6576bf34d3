"""The words of a long recording as segments that a reader can follow: a segment ends where the speaker pauses."""

from typing import Final

from speechrnn.transcription.transcript import Segment, Word

PAUSE_SECONDS: Final = 0.7
"""A pause this long ends a segment: between sentences it is longer as a rule, between words shorter."""
MAX_SECONDS: Final = 10.0
"""Longer segments are parted at their longest pause, however short it is."""


def phrases(words: tuple[Word, ...]) -> tuple[Segment, ...]:
    """Put words into segments, in order; no words give none."""
    if not words:
        return ()
    parts: list[tuple[Word, ...]] = []
    waiting = [words]
    while waiting:
        part = waiting.pop()
        pauses = [after.start_seconds - before.end_seconds for before, after in zip(part[:-1], part[1:], strict=True)]
        longest = max(pauses, default=0.0)
        length = part[-1].end_seconds - part[0].start_seconds
        if pauses and (longest >= PAUSE_SECONDS or length > MAX_SECONDS):
            place = pauses.index(longest) + 1
            waiting += [part[place:], part[:place]]
        else:
            parts.append(part)
    return tuple(map(Segment, parts))
