"""One utterance as a corpus lists it, before anything is checked; and a whole corpus so listed."""

from dataclasses import dataclass
from pathlib import Path

from speechrnn.corpora.problem import Problem


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
    """

    utterance_id: str
    split: str
    path: Path
    text: str
    speaker: str | None = None
    start_seconds: float = 0.0
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Every utterance found, and what was wrong already while looking."""

    utterances: tuple[Utterance, ...]
    problems: tuple[Problem, ...] = ()
