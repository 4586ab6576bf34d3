"""Checks every utterance of a listing before anything is trained on it.

Every file is decoded to its end, since a header may promise what is not there. What fails is set aside with its file
and its cause; the rest goes on. Characters outside the alphabet and utterances without a CTC path depend on the
recipe and are checked before training, not here.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from speechrnn.audio import AudioInfo, probe_audio, read_audio
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.problem import Problem, ProblemKind
from speechrnn.corpora.sphinx import FeatureInfo, read_sphinx
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import AudioError, FeatureError
from speechrnn.progress import Progress, silent

MediaInfo = AudioInfo | FeatureInfo

_NUM_THREADS: Final = 4
_SHORTEST_SECONDS: Final = 0.025  # one analysis window as all three conventions of the front end have it
_SLACK_SECONDS: Final = 0.05  # published segment times are rounded


@dataclass(frozen=True, slots=True)
class Checked:
    """The good utterances in the order listed, the size of each file, and everything set aside."""

    utterances: tuple[Utterance, ...]
    media: Mapping[Path, MediaInfo]
    problems: tuple[Problem, ...]


def check_listing(listing: Listing, corpus: Corpus, progress: Progress = silent) -> Checked:
    """Check ids, then texts, then files; an utterance is set aside for the first fault found."""
    problems = list(listing.problems)
    unique = _keep(listing.utterances, _DuplicateIds(), problems)
    spelled = _keep(unique, text_problem, problems)
    measure = measure_audio if corpus.stores == "audio" else measure_features
    media, faults = _measure_all((utterance.path for utterance in spelled), measure, progress)
    good = _keep(spelled, lambda utterance: _media_problem(utterance, media, faults), problems)
    return Checked(good, media, tuple(problems))


def text_problem(utterance: Utterance) -> Problem | None:
    """Say what is wrong with a transcript, if anything."""
    if not utterance.text.strip():
        return _problem(utterance, "empty_text", "its transcript is empty")
    if not unicodedata.is_normalized("NFC", utterance.text):
        reason = f"its transcript {utterance.text!r} is not in Unicode form NFC; convert it with unicodedata.normalize"
        return _problem(utterance, "not_nfc", reason)
    return None


def measure_audio(path: Path) -> AudioInfo:
    """Decode a sound file to its end and return what it really holds.

    Raises:
        AudioError: it cannot be decoded whole.
    """
    audio = read_audio(path)
    return AudioInfo(len(audio.samples), audio.sample_rate_hz, probe_audio(path).num_channels)


def measure_features(path: Path) -> FeatureInfo:
    """Read a Sphinx feature file and return its size.

    Raises:
        FeatureError: it cannot be read whole.
    """
    return FeatureInfo(len(read_sphinx(path)))


def _keep(
    utterances: Iterable[Utterance], check: Callable[[Utterance], Problem | None], problems: list[Problem]
) -> tuple[Utterance, ...]:
    """Return what passes a check and add the rest to the problems."""
    kept: list[Utterance] = []
    for utterance in utterances:
        problem = check(utterance)
        if problem is None:
            kept.append(utterance)
        else:
            problems.append(problem)
    return tuple(kept)


class _DuplicateIds:
    """Finds ids that came before; the first of each is kept."""

    def __init__(self) -> None:
        self._first: dict[str, Path] = {}

    def __call__(self, utterance: Utterance) -> Problem | None:
        first = self._first.get(utterance.utterance_id)
        if first is None:
            self._first[utterance.utterance_id] = utterance.path
            return None
        return _problem(utterance, "duplicate_id", f"the id {utterance.utterance_id} is taken already, by {first}")


def _measure_all(
    paths: Iterable[Path], measure: Callable[[Path], MediaInfo], progress: Progress
) -> tuple[dict[Path, MediaInfo], dict[Path, str]]:
    """Measure each distinct file once, a few at a time.

    Returns:
        Sizes of the files that can be read, and the reasons for those that cannot.
    """

    def attempt(path: Path) -> MediaInfo | str:
        try:
            return measure(path)
        except (AudioError, FeatureError) as error:
            return str(error).removeprefix(f"{path}: ")

    distinct = list(dict.fromkeys(paths))
    media: dict[Path, MediaInfo] = {}
    faults: dict[Path, str] = {}
    with ThreadPoolExecutor(_NUM_THREADS) as pool:
        for done, (path, result) in enumerate(zip(distinct, pool.map(attempt, distinct), strict=True), start=1):
            if isinstance(result, str):
                faults[path] = result
            else:
                media[path] = result
            progress("checking files", done, len(distinct))
    return media, faults


def _media_problem(utterance: Utterance, media: Mapping[Path, MediaInfo], faults: Mapping[Path, str]) -> Problem | None:
    """Say what is wrong with the sound of one utterance, if anything."""
    if utterance.path in faults:
        kind: ProblemKind = "unreadable_audio" if utterance.path.exists() else "missing_audio"
        return _problem(utterance, kind, faults[utterance.path])
    file_seconds = media[utterance.path].duration_seconds
    end = file_seconds if utterance.duration_seconds is None else utterance.start_seconds + utterance.duration_seconds
    if utterance.start_seconds < 0 or end > file_seconds + _SLACK_SECONDS:
        reason = f"its part {utterance.start_seconds:g} to {end:g} s lies outside the audio of {file_seconds:.3f} s"
        return _problem(utterance, "outside_audio", reason)
    seconds = min(end, file_seconds) - utterance.start_seconds
    if seconds < _SHORTEST_SECONDS:
        reason = f"{seconds * 1000:.1f} ms of audio; one frame needs {_SHORTEST_SECONDS * 1000:.0f} ms"
        return _problem(utterance, "too_short", reason)
    return None


def _problem(utterance: Utterance, kind: ProblemKind, reason: str) -> Problem:
    """Set one utterance aside."""
    return Problem(utterance.utterance_id, str(utterance.path), kind, reason)
