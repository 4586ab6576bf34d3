"""A recording of any length as windows short enough to recognise one by one, in constant memory.

A window ends in a pause, so that no word is cut, and all but the edges of a long pause is left out: a network trained
on utterances is best given utterances. Where someone speaks, or noise roars, without a pause, a window ends all the
same, and the next one begins a few seconds before: whoever reads the two can join them in what both hold.

Pauses are told by loudness alone, beside the noise floor of the next seconds. A detector of speech (webrtcvad, Silero)
would be another package to install, and would decide over every sound. Here only what lies near the floor for a while
is taken for silence; whether the rest is speech, the recognizer decides, by its blanks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from speechrnn.audio.decoder import Samples
from speechrnn.audio.pauses import BLOCK_SECONDS, loudness, silence_threshold, silent_runs
from speechrnn.audio.read import Audio

EDGE_SECONDS: Final = 0.2
"""Of a long pause, as much stays on each side of a window as recordings of single utterances have."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where windows may end.

    Attributes:
        min_seconds: the least that a window adds to the one before, unless a pause that goes on longer cuts it off.
        max_seconds: the longest window; twice `min_seconds` and `overlap_seconds` together, or more.
        long_pause_seconds: silence this long ends a window wherever it comes; twice `EDGE_SECONDS` or more.
        pause_seconds: where there is none in reach, the longest silence of at least this does. The stops inside words
            are silent for up to 0.15 s.
        overlap_seconds: what two windows share where there is none of these either.
    """

    min_seconds: float
    max_seconds: float
    long_pause_seconds: float
    pause_seconds: float = 0.2
    overlap_seconds: float = 4.0


class Window(NamedTuple):
    """A part of a recording.

    Attributes:
        audio: the part.
        start_seconds: where it begins in the recording.
        shared_before_seconds: how much of its beginning the window before holds as well.
        shared_after_seconds: how much of its end the next window holds as well.
    """

    audio: Audio
    start_seconds: float
    shared_before_seconds: float
    shared_after_seconds: float


def windows(blocks: Iterable[Samples], sample_rate_hz: int, cutting: Cutting) -> Iterator[Window]:
    """Cut a recording.

    Args:
        blocks: the recording, float32 `(num_samples,)` each, of any lengths.
        sample_rate_hz: of the blocks.
        cutting: where windows may end.

    Yields:
        Windows in order, each as soon as `max_seconds + min_seconds` of what follows its start have come. No sound is
        in none of them but the inside of long pauses.
    """
    cutter = _Cutter(sample_rate_hz, cutting)
    for block in blocks:
        yield from cutter.cut(block, last=False)
    yield from cutter.cut(np.zeros(0, np.float32), last=True)


class _Cut(NamedTuple):
    """Where a window ends (0: there is none) and the next one begins, in samples from the start of the window."""

    end: int
    next_start: int


class _Pause(NamedTuple):
    """Silence, in seconds from the start of the window."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


class _Cutter:
    """What has come and is in no window yet; `start` and `shared` are in samples."""

    def __init__(self, sample_rate_hz: int, cutting: Cutting) -> None:
        self.rate, self.cutting = sample_rate_hz, cutting
        self.reach = round((cutting.max_seconds + cutting.min_seconds) * sample_rate_hz)
        self.held, self.start, self.shared = np.zeros(0, np.float32), 0, 0
        self.threshold = -np.inf

    def cut(self, block: Samples, last: bool) -> Iterator[Window]:
        """Take a block, and give the windows that end before or in it."""
        self.held = np.concatenate((self.held, block))
        while len(self.held) and (last or len(self.held) >= self.reach):
            cut = self._place(Audio(self.held[: self.reach], self.rate), last and len(self.held) <= self.reach)
            if cut.end:
                shared_after = max(cut.end - cut.next_start, 0)
                seconds = (samples / self.rate for samples in (self.start, self.shared, shared_after))
                yield Window(Audio(self.held[: cut.end], self.rate), *seconds)
                self.shared = shared_after
            self.held, self.start = self.held[cut.next_start :], self.start + cut.next_start

    def _place(self, ahead: Audio, last: bool) -> _Cut:
        """Say where the next window ends, in what comes next; `last` where nothing comes after it."""
        cutting, total, shared = self.cutting, ahead.duration_seconds, self.shared / self.rate
        pauses = self._pauses(ahead)
        long = [one for one in pauses if one.seconds >= cutting.long_pause_seconds]
        if long and not long[0].start and not shared:  # silence before the window
            return _Cut(0, self._at(long[0], 0.0, total if last else None).next_start)
        earliest, latest = shared + cutting.min_seconds, min(cutting.max_seconds, total - cutting.min_seconds)
        for one in long:
            goes_on = one.end > earliest and one.start + EDGE_SECONDS <= latest
            if goes_on or (last and one.end >= total and one.start + EDGE_SECONDS <= cutting.max_seconds):
                return self._at(one, shared, total if last else None)
        if last and total <= cutting.max_seconds:
            return _Cut(len(ahead.samples), len(ahead.samples))
        if within := [one for one in pauses if one.start >= earliest and one.end <= latest]:
            return self._at(max(within, key=lambda one: one.seconds), shared, None)
        return _Cut(round(latest * self.rate), round((latest - cutting.overlap_seconds) * self.rate))

    def _pauses(self, ahead: Audio) -> list[_Pause]:
        levels = loudness(ahead)
        threshold = silence_threshold(levels)
        # Where all is about equally loud, it may be noise or the silence after speech: what was heard before tells.
        self.threshold = threshold if np.isfinite(threshold) else self.threshold
        begins, ends = silent_runs(levels, self.threshold)
        least = round(self.cutting.pause_seconds / BLOCK_SECONDS)
        return [
            _Pause(begin * BLOCK_SECONDS, min(end * BLOCK_SECONDS, ahead.duration_seconds))
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
            if end - begin >= least
        ]

    def _at(self, pause: _Pause, shared: float, total: float | None) -> _Cut:
        """Cut in a pause, not before `shared`; `total` is where the recording ends, if that is known."""
        edge = min(EDGE_SECONDS, pause.seconds / 2)
        end = max(pause.start + edge, shared)
        following = max(pause.end - edge, end) if total is None or pause.end < total else total
        return _Cut(round(end * self.rate), round(following * self.rate))
