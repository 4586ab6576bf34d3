"""Checks every utterance of a listing before anything is trained on it.

Every file is decoded to its end (`measure.py`). What fails is set aside with its file and its cause; the rest goes on.
Utterances go through one by one and are not held, so a corpus of millions needs no more memory than a small one.
Characters outside the alphabet and utterances without a CTC path depend on the recipe and are checked before training,
not here.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from speechrnn.audio.archived import file_of
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.fixes import Fix, fix_text, fix_times
from speechrnn.corpora.ledger import Ledger
from speechrnn.corpora.measure import Measured
from speechrnn.corpora.near_name import did_you_mean
from speechrnn.corpora.problem import Problem, ProblemKind
from speechrnn.corpora.read_ahead import measured
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.progress import Progress, silent

_SHORTEST_SECONDS: Final = 0.025  # one analysis window as all three conventions of the front end have it
_SLACK_SECONDS: Final = 0.05  # published segment times are rounded
_BLANKS: Final = frozenset("\t\n\v\f\r\x85")
_NO_CHARACTERS: Final = frozenset("\ufeff\ufffd")  # byte order mark; what stands for bytes that were no text


@dataclass(frozen=True, slots=True)
class Checked:
    """An utterance that can be used, and what its file really holds."""

    utterance: Utterance
    measured: Measured

    @property
    def seconds(self) -> float:
        """Length of the utterance, no longer than its file lasts."""
        rest = self.measured.info.duration_seconds - self.utterance.start_seconds
        wanted = self.utterance.duration_seconds
        return rest if wanted is None else min(rest, wanted)


def check_listing(
    listing: Listing,
    corpus: Corpus,
    ledger: Ledger,
    *,
    jobs: int = 1,
    fixed: Callable[[Fix], None] | None = None,
    progress: Progress = silent,
) -> Iterator[Checked | Problem]:
    """Check ids, then texts, then files; an utterance is set aside for the first fault found.

    Args:
        listing: the corpus as found.
        corpus: says whether its files are sound or features.
        ledger: remembers what came before; begun anew for each check.
        jobs: processes that read files.
        fixed: told of every repair; None repairs nothing.
        progress: told how far the check is; of 0 where nobody knows how many there are.

    Yields:
        What is wrong with the listing as such, then every utterance in its order, or why it cannot be used.

    Raises:
        CorpusError: the listing cannot be read further, or a reading process died.
    """
    yield from listing.problems
    alone = (_check_alone(item, ledger, fixed) for item in listing.utterances)
    total = listing.num_utterances or 0
    for done, item in enumerate(measured(alone, corpus.stores, ledger, jobs), start=1):
        yield item if isinstance(item, Problem) else _check_sound(*item, fixed)
        progress("checking files", done, total)


def text_problem(utterance: Utterance) -> Problem | None:
    """Say what is wrong with a transcript, if anything."""
    if not utterance.text.strip():
        return _problem(utterance, "empty_text", "its transcript is empty")
    if strange := next(filter(_is_control, utterance.text), None):
        reason = (
            f"its transcript {utterance.text!r} holds {unicodedata.name(strange, 'a control character')} ({strange!a})"
        )
        return _problem(utterance, "control_characters", reason)
    if not unicodedata.is_normalized("NFC", utterance.text):
        reason = f"its transcript {utterance.text!r} is not in Unicode form NFC; --fix converts it"
        return _problem(utterance, "not_nfc", reason)
    return None


def _is_control(character: str) -> bool:
    """Tell whether a character is none that anybody says or writes."""
    return character in _NO_CHARACTERS or (unicodedata.category(character) == "Cc" and character not in _BLANKS)


def _check_alone(item: Utterance | Problem, ledger: Ledger, fixed: Callable[[Fix], None] | None) -> Utterance | Problem:
    """Check what can be told before the file is read."""
    if isinstance(item, Problem):
        return item
    if not _is_unicode(f"{item.utterance_id}{item.path}"):
        shown = str(item.path).encode(errors="backslashreplace").decode()
        return Problem(ascii(item.utterance_id), shown, "bad_name", "its name is not Unicode text; rename the file")
    if fixed is not None:
        item, fix = fix_text(item)
        if fix is not None:
            fixed(fix)
    if first := ledger.taken_by(item.utterance_id, item.path):
        return _problem(item, "duplicate_id", f"the id {item.utterance_id} is taken already, by {first}")
    return text_problem(item) or item


def _is_unicode(text: str) -> bool:
    """Tell whether text can be written: a file name of other bytes comes as lone surrogates, which cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_sound(utterance: Utterance, found: Measured | str, fixed: Callable[[Fix], None] | None) -> Checked | Problem:
    """Check that the utterance lies in its file, and is long enough."""
    if isinstance(found, str):
        if file_of(utterance.path).exists():
            return _problem(utterance, "unreadable_audio", found)
        return _problem(
            utterance, "missing_audio", f"{found}; {hint}" if (hint := did_you_mean(file_of(utterance.path))) else found
        )
    file_seconds = found.info.duration_seconds
    if fixed is not None:
        utterance, fix = fix_times(utterance, file_seconds)
        if fix is not None:
            fixed(fix)
    end = file_seconds if utterance.duration_seconds is None else utterance.start_seconds + utterance.duration_seconds
    if not (utterance.start_seconds >= 0 and end <= file_seconds + _SLACK_SECONDS):  # so that NaN lies outside too
        reason = f"its part {utterance.start_seconds:g} to {end:g} s lies outside the audio of {file_seconds:.3f} s"
        return _problem(utterance, "outside_audio", reason)
    seconds = min(end, file_seconds) - utterance.start_seconds
    if seconds < _SHORTEST_SECONDS:
        reason = f"{seconds * 1000:.1f} ms of audio; one frame needs {_SHORTEST_SECONDS * 1000:.0f} ms"
        return _problem(utterance, "too_short", reason)
    return Checked(utterance, found)


def _problem(utterance: Utterance, kind: ProblemKind, reason: str) -> Problem:
    """Set one utterance aside."""
    return Problem(utterance.utterance_id, str(utterance.path), kind, reason, utterance.where)
