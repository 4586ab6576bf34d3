"""A transcript as the layers that annotation programs show above one another: words, and their characters."""

from typing import NamedTuple

from speechrnn.transcription.transcript import Transcript


class Interval(NamedTuple):
    """A labelled stretch of time, in whole milliseconds."""

    start_ms: int
    end_ms: int
    text: str


def tiers(transcript: Transcript) -> dict[str, list[Interval]]:
    """Lay out the tiers `words` and, where words are spelt, `characters`; intervals in order, none overlapping."""
    layers = {"words": [_interval(one.start_seconds, one.end_seconds, one.shown) for one in transcript.words]}
    letters = [letter for word in transcript.words for letter in word.characters]
    if letters:
        layers["characters"] = [_interval(one.start_seconds, one.end_seconds, one.text) for one in letters]
    return layers


def _interval(start_seconds: float, end_seconds: float, text: str) -> Interval:
    return Interval(round(1000 * start_seconds), round(1000 * end_seconds), text)
