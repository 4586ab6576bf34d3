"""One utterance as a corpus lists it, before anything is checked; and a whole corpus so listed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from speechrnn.corpora.problem import Problem, joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A transcript, and where its sound is.

    Attributes:
        utterance_id: unique within the corpus.
        split: `train`, `dev` or `test`.
        path: the sound file, or the file of stored features.
        text: the transcript as published.
        speaker: who speaks, or None where the corpus does not say.
        start_seconds: where the utterance begins in its file.
        duration_seconds: how long it is; None reaches to the end of the file.
        language: BCP 47 tag where utterances of one corpus differ; None for the corpus's own.
        channel: the only channel of the file to hear, from 0, as of a two-sided telephone call; None for all of them.
        text_file: holds the transcript, where that is a file to look into.
        line: of that file, from 1, where it lists many.
        faults: what was found wrong with it while it was listed; it is checked all the same, so that all its faults are
            told, and set aside.
    """

    utterance_id: str
    split: str
    path: Path
    text: str
    speaker: str | None = None
    start_seconds: float = 0.0
    duration_seconds: float | None = None
    language: str | None = None
    channel: int | None = None
    text_file: Path | None = None
    line: int | None = None
    faults: tuple[Problem, ...] = ()

    @property
    def where(self) -> str:
        """File and line of the transcript, as `table.csv:7`; empty where nobody said."""
        if self.text_file is None:
            return ""
        return str(self.text_file) if self.line is None else f"{self.text_file}:{self.line}"


def fault_of(item: Utterance | Problem) -> Problem | None:
    """Return what was found wrong with one thing that a corpus lists, or None."""
    if isinstance(item, Problem):
        return item
    return joined(item.faults) if item.faults else None


@dataclass(frozen=True, slots=True)
class Walk:
    """Utterances that are found anew each time somebody walks through them, one by one.

    Attributes:
        find: begins a walk.
    """

    find: Callable[[], Iterator[Utterance | Problem]]

    def __iter__(self) -> Iterator[Utterance | Problem]:
        """Begin a walk."""
        return self.find()


@dataclass(frozen=True, slots=True)
class Listing:
    """Every utterance of a corpus, and what was wrong while looking for them.

    Attributes:
        utterances: may be walked more than once, and made anew each time, so that a million of them are never held;
            a `Problem` on the way stands for an utterance that was found and cannot be used.
        problems: what is known beforehand, before the first utterance.
        num_utterances: how many there will be, to show how far a walk is; None where nobody has counted.
        split_by: who says what is test: the publisher of the corpus, a draw, or the user, whose own split it is.
    """

    utterances: Iterable[Utterance | Problem]
    problems: tuple[Problem, ...] = ()
    num_utterances: int | None = None
    split_by: Literal["publisher", "draw", "user"] = "publisher"
