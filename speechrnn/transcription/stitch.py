"""Join what was heard in two windows that share a stretch of sound.

A bidirectional network hears badly near the ends of a window, where it lacks what comes before or after. So the join
lies near the middle of the shared stretch, and between two words: where a gap between words of the one and a gap of
the other meet. The words before it are of the first window, those after it of the second. Times are in seconds from
the start of the recording.
"""

from typing import Final, NamedTuple

from speechrnn.transcription.transcript import Word

APART_WEIGHT: Final = 10.0
"""To join a second nearer to the middle, gaps may lie a tenth of a second further apart."""
_ROUNDING_SECONDS: Final = 1e-6

Words = tuple[Word, ...]


class _Gap(NamedTuple):
    """A place between two words, or beside the outermost."""

    start: float
    end: float
    words_before: int


def stitch(before: Words, after: Words, shared: tuple[float, float]) -> tuple[Words, Words]:
    """Leave to each of two windows the words that are its own.

    Args:
        before: words of the first window.
        after: words of the second.
        shared: start and end of the stretch that both hold.

    Returns:
        The words of the first up to the join, and those of the second from there.
    """
    middle = sum(shared) / 2
    pairs = [(one, other) for one in _gaps(before, shared) for other in _gaps(after, shared)]
    first, second = min(pairs, key=lambda pair: _badness(pair[0], pair[1], middle))
    return before[: first.words_before], after[second.words_before :]


def _gaps(words: Words, shared: tuple[float, float]) -> list[_Gap]:
    """Give the gaps that touch the shared stretch, cut to it; one at least, since no word reaches past a window."""
    ends = [shared[0], *(word.end_seconds for word in words)]
    starts = [*(word.start_seconds for word in words), shared[1]]
    gaps = [
        _Gap(max(end, shared[0]), min(start, shared[1]), number)
        for number, (end, start) in enumerate(zip(ends, starts, strict=True))
    ]
    return [gap for gap in gaps if gap.start <= gap.end + _ROUNDING_SECONDS]


def _badness(one: _Gap, other: _Gap, middle: float) -> float:
    """Weigh how far apart two gaps are against how far from the middle they meet."""
    low, high = max(one.start, other.start), min(one.end, other.end)
    meeting = (low + high) / 2 if low > high else min(max(middle, low), high)
    return APART_WEIGHT * max(low - high, 0.0) + abs(meeting - middle)
