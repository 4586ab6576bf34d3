"""Checks every utterance of a listing before anything is trained on it.

Every file is decoded to its end (`measure.py`). What fails is set aside once, with all its faults; the rest goes on.
Utterances go through one by one and are not held, so a corpus of millions needs no more memory than a small one.
Characters outside the alphabet and utterances without a CTC path depend on the recipe and are checked before training,
not here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from speechrnn.audio.archived import file_of
from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.encoding import is_unicode
from speechrnn.corpora.fixes import Fix, fix_text, fix_times
from speechrnn.corpora.ledger import Ledger
from speechrnn.corpora.measure import Measured
from speechrnn.corpora.near_name import did_you_mean
from speechrnn.corpora.problem import Problem, ProblemKind, joined
from speechrnn.corpora.read_ahead import measured
from speechrnn.corpora.transcript import text_problems
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.progress import Progress, silent

_SHORTEST_SECONDS: Final = 0.025  # one analysis window as all three conventions of the front end have it
_SLACK_SECONDS: Final = 0.05  # published segment times are rounded


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
    """Check ids, then texts, then files; the faults of an utterance are told in this order.

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


def _check_alone(item: Utterance | Problem, ledger: Ledger, fixed: Callable[[Fix], None] | None) -> Utterance | Problem:
    """Check what can be told before the file is read; what is wrong goes on with the utterance."""
    if isinstance(item, Problem):
        return item
    if not is_unicode(f"{item.utterance_id}{item.path}"):
        return _badly_named(item)
    if fixed is not None:
        item, fix = fix_text(item)
        if fix is not None:
            fixed(fix)
    found, where = [*item.faults], item.where
    place = str(item.path) if item.line is None else f"{item.path} ({where})"
    if first := ledger.taken_by(item.utterance_id, place):
        found.append(_problem(item, "duplicate_id", f"the id {item.utterance_id} is taken already, by {first}"))
    if not found or all(fault.kind != "missing_text" for fault in found):
        found.extend(text_problems(item.utterance_id, str(item.path), item.text, where))
    return replace(item, faults=tuple(found)) if found else item


def _badly_named(utterance: Utterance) -> Problem:
    """Set aside what has a name of bytes that are no text: it cannot be remembered, so its file is not read."""
    name, shown = ascii(utterance.utterance_id), str(utterance.path).encode(errors="backslashreplace").decode()
    where = utterance.where.encode(errors="backslashreplace").decode()
    bad = Problem(name, shown, "bad_name", "its name is not Unicode text; rename the file", where)
    return joined([*utterance.faults, bad, *text_problems(name, shown, utterance.text, where)])


def _check_sound(utterance: Utterance, found: Measured | str, fixed: Callable[[Fix], None] | None) -> Checked | Problem:
    """Check that the utterance lies in its file and is long enough; set it aside for this and for what came before."""
    if isinstance(found, str):
        return joined([*utterance.faults, _without_sound(utterance, found)])
    if fixed is not None:
        utterance, fix = fix_times(utterance, found.info.duration_seconds)
        if fix is not None:
            fixed(fix)
    fault = _misplaced(utterance, found.info.duration_seconds)
    faults = utterance.faults if fault is None else (*utterance.faults, fault)
    return joined(faults) if faults else Checked(utterance, found)


def _without_sound(utterance: Utterance, reason: str) -> Problem:
    """Say why a file cannot be read, or what the file that is not there may be called."""
    if file_of(utterance.path).exists():
        return _problem(utterance, "unreadable_audio", reason)
    hint = did_you_mean(file_of(utterance.path))
    return _problem(utterance, "missing_audio", f"{reason}; {hint}" if hint else reason)


def _misplaced(utterance: Utterance, file_seconds: float) -> Problem | None:
    """Say that an utterance lies outside its file, or is too short."""
    end = file_seconds if utterance.duration_seconds is None else utterance.start_seconds + utterance.duration_seconds
    if not (utterance.start_seconds >= 0 and end <= file_seconds + _SLACK_SECONDS):  # so that NaN lies outside too
        reason = f"its part {utterance.start_seconds:g} to {end:g} s lies outside the audio of {file_seconds:.3f} s"
        return _problem(utterance, "outside_audio", reason)
    seconds = min(end, file_seconds) - utterance.start_seconds
    if seconds < _SHORTEST_SECONDS:
        reason = f"{seconds * 1000:.1f} ms of audio; one frame needs {_SHORTEST_SECONDS * 1000:.0f} ms"
        return _problem(utterance, "too_short", reason)
    return None


def _problem(utterance: Utterance, kind: ProblemKind, reason: str) -> Problem:
    """Set one utterance aside."""
    return Problem(utterance.utterance_id, str(utterance.path), kind, reason, utterance.where)
