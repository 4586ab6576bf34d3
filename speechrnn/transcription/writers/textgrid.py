"""Praat's TextGrid in its long form: interval tiers that fill the recording, the stretches between words empty."""

from collections.abc import Sequence

from speechrnn.transcription.transcript import Transcript
from speechrnn.transcription.writers.options import PLAIN, WriteOptions
from speechrnn.transcription.writers.tiers import Interval, tiers

_HEADER = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = {end}
tiers? <exists>
size = {count}
item []:
"""
_TIER = """    item [{number}]:
        class = "IntervalTier"
        name = "{name}"
        xmin = 0
        xmax = {end}
        intervals: size = {count}
"""
_INTERVAL = """        intervals [{number}]:
            xmin = {start}
            xmax = {end}
            text = "{text}"
"""


def write_textgrid(transcript: Transcript, name: str, options: WriteOptions = PLAIN) -> str:
    """Write words and characters as tiers; the name of the recording is not part of a TextGrid."""
    layers = tiers(transcript)
    end = max([round(1000 * transcript.duration_seconds), *(layer[-1].end_ms for layer in layers.values() if layer)])
    parts = [_HEADER.format(end=end / 1000, count=len(layers))]
    for number, (title, layer) in enumerate(layers.items(), start=1):
        filled = without_gaps(layer, end)
        parts.append(_TIER.format(number=number, name=title, end=end / 1000, count=len(filled)))
        parts += [
            _INTERVAL.format(number=place, start=one.start_ms / 1000, end=one.end_ms / 1000, text=_quoted(one.text))
            for place, one in enumerate(filled, start=1)
        ]
    return "".join(parts)


def without_gaps(layer: Sequence[Interval], end_ms: int) -> list[Interval]:
    """Put empty intervals between those of a tier, from 0 to its end, as Praat wants them."""
    filled, at = [], 0
    for interval in layer:
        if interval.start_ms > at:
            filled.append(Interval(at, interval.start_ms, ""))
        filled.append(interval)
        at = interval.end_ms
    return [*filled, Interval(at, end_ms, "")] if at < end_ms else filled


def _quoted(text: str) -> str:
    return text.replace('"', '""')
