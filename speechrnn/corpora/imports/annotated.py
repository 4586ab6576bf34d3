"""A recording with its annotations: tiers of stretches of time with text, as ELAN and Praat keep them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Annotation:
    """One stretch; times in seconds from the beginning of the annotations, None where the file gives none."""

    start_seconds: float | None
    end_seconds: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """Annotations of one kind.

    Attributes:
        name: as the annotator called it.
        speaker: who is annotated, or None where the file does not say.
        kind: points have a time, and no length to train on.
        annotations: in the order of the file, empty ones too where the annotator made them.
    """

    name: str
    speaker: str | None
    kind: Literal["intervals", "points"]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """Where an annotated file says its recording is.

    Attributes:
        url: path or `file:` address, from the machine of whoever annotated.
        relative_url: the same as seen from the annotated file, or None.
        origin_seconds: time in the recording at which the time of the annotations is 0.
    """

    url: str
    relative_url: str | None = None
    origin_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AnnotatedFile:
    """A whole file; `media` is empty where the format names no recording."""

    path: Path
    tiers: tuple[Tier, ...]
    media: tuple[Media, ...] = ()
