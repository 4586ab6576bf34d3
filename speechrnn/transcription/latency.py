"""How far the text of a live stream lags behind the speech."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from speechrnn.transcription.transcript import Word


class Latency:
    """What is measured of one stream; all in seconds.

    Attributes:
        algorithmic: from the beginning of a sound until all has been heard that its labels depend on.
        audio: of the stream so far.
        computing: spent on it.
        slowest: the longest time spent on one chunk.
        words: for each word, from its end until it was first shown as it stayed, computing included; below 0 for one
            that was known before it was over.
    """

    def __init__(self, algorithmic: float) -> None:
        """Begin with nothing measured."""
        self.algorithmic = algorithmic
        self.audio = self.computing = self.slowest = 0.0
        self.words: list[float] = []
        self._shown: list[tuple[str, float]] = []
        self._started = 0.0
        self._begun = 0.0  # the moment, of the stream, when work on the present chunk began
        self._free = 0.0  # and when work on the one before was done

    @contextmanager
    def chunk(self, audio_seconds: float) -> Iterator[None]:
        """Count the work on a chunk that has just been heard to its end; it begins once the one before is done."""
        self._started = time.perf_counter()
        self.audio += audio_seconds
        self._begun = max(self.audio, self._free)
        yield
        seconds = time.perf_counter() - self._started
        self._free = self._begun + seconds
        self.computing += seconds
        self.slowest = max(self.slowest, seconds)

    def show(self, words: Sequence[str]) -> None:
        """Note what is shown of the present utterance; a word keeps its time for as long as it stays as it is."""
        known, now = dict(enumerate(self._shown)), self._now()
        self._shown = [
            known[at] if at in known and known[at][0] == word else (word, now) for at, word in enumerate(words)
        ]

    def end(self, words: Sequence[Word]) -> None:
        """Note the words of an utterance that has ended; those not shown before are shown now."""
        self.show([word.text for word in words])
        self.words += [at - word.end_seconds for word, (_, at) in zip(words, self._shown, strict=True)]
        self._shown = []

    def line(self) -> str:
        """Say it in one line."""
        parts = [
            f"{1000 * self.algorithmic:.0f} ms that the model waits to hear what follows a sound (algorithmic) "
            f"+ {1000 * self.slowest:.0f} ms at most that it computes (measured)"
        ]
        if self.words:
            parts.append(f"words were shown {1000 * median(self.words):.0f} ms after their end (measured, median)")
        if self.audio:
            parts.append(f"real-time factor {self.computing / self.audio:.3f}")
        return f"latency: {'; '.join(parts)}"

    def _now(self) -> float:
        """The moment, on the clock of a stream that is heard as it is spoken."""
        return self._begun + time.perf_counter() - self._started
