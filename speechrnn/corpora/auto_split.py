"""Gives every utterance of a user's own corpus a split.

A published split is kept. What is missing is drawn by `split_seed`, whole speakers at a time where speakers are known,
since a model that heard the test speakers is scored too kindly. `dev_fraction` is the share of dev and, where no split
is published at all, of test too. Utterances are not held: they are walked through once to see what there is to draw
from, and again by whoever takes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from speechrnn.corpora.draw import num_drawn, rank
from speechrnn.corpora.lots import Lots, open_lots
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance, Walk
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

UNDECIDED: Final = ""
_FEWEST_FOR_THREE_SPLITS: Final = 3  # one speaker for each; with fewer, utterances are drawn
_FEWEST_FOR_TWO_SPLITS: Final = 2


@dataclass(frozen=True, slots=True)
class _Plan:
    """What becomes of an utterance of train, by the rank of its group: below the first border test, then dev."""

    config: CorpusConfig
    by_speaker: bool
    test_border: bytes = b""
    dev_border: bytes = b""

    def apply(self, item: Utterance | Problem) -> Utterance | Problem:
        """Give one utterance its split."""
        if isinstance(item, Problem):
            return item
        if item.faults:  # it is never used, and takes no place in a draw
            return item if item.split else replace(item, split="train")
        split = _published(item, self.config) or "train"
        if split == "train" and self.dev_border:
            place = rank(_group(item, self.by_speaker), self.config.split_seed)
            split = "test" if place < self.test_border else "dev" if place < self.dev_border else "train"
        return item if item.split == split else replace(item, split=split)


@dataclass(slots=True)
class _Survey:
    """What was seen on the first walk."""

    num_items: int = 0
    num_utterances: int = 0
    num_undecided: int = 0
    num_dev: int = 0
    first_undecided: str = ""


def assign_splits(items: Iterable[Utterance | Problem], config: CorpusConfig) -> Listing:
    """Replace undecided splits; problems pass through.

    Args:
        items: may be walked through more than once.
        config: the seed, the share to draw, whom to leave out.

    Returns:
        The same utterances in the same order.

    Raises:
        CorpusError: `leave_out` names a speaker who is not there, or only some utterances have a split.
    """
    if config.leave_out is not None:
        _check_speaker(items, config.name, config.leave_out)
    with open_lots(config.split_seed) as lots:
        survey = _survey(items, config, lots)
        _check_all_or_none(survey)
        plan = _plan(items, config, survey, lots)
    walk = Walk(lambda: map(plan.apply, items))
    split_by: Literal["draw", "publisher"] = "draw" if survey.num_undecided else "publisher"
    return Listing(walk, num_utterances=survey.num_items, split_by=split_by)


def _survey(items: Iterable[Utterance | Problem], config: CorpusConfig, lots: Lots) -> _Survey:
    """Count, and collect the groups of train."""
    survey = _Survey()
    for item in items:
        survey.num_items += 1
        if isinstance(item, Problem) or item.faults:
            continue
        survey.num_utterances += 1
        split = _published(item, config)
        survey.num_dev += split == "dev"
        if split == UNDECIDED:
            survey.num_undecided += 1
            survey.first_undecided = survey.first_undecided or f"{item.path}{f' ({item.where})' if item.line else ''}"
        if split in ("train", UNDECIDED):
            lots.add(_group(item, by_speaker=True))
    return survey


def _check_all_or_none(survey: _Survey) -> None:
    """Some utterances without a split is a mistake nobody should train on."""
    if 0 < survey.num_undecided < survey.num_utterances:
        raise CorpusError(
            f"{survey.first_undecided}: has no split, as {survey.num_undecided} of {survey.num_utterances} utterances, "
            "while the others have; give all of them one or none"
        )


def _check_speaker(items: Iterable[Utterance | Problem], name: str, speaker: str) -> None:
    speakers = {item.speaker for item in items if isinstance(item, Utterance) and item.speaker is not None}
    if speaker not in speakers:
        raise CorpusError(
            f"corpus {name}: no speaker {speaker!r} to leave out; known are {', '.join(sorted(speakers)) or 'none'}"
        )


def _plan(items: Iterable[Utterance | Problem], config: CorpusConfig, survey: _Survey, speakers: Lots) -> _Plan:
    """Decide what to draw, and draw it."""
    wants_test = bool(survey.num_undecided)
    if survey.num_dev and not wants_test:
        return _Plan(config, by_speaker=True)
    if len(speakers) >= (_FEWEST_FOR_THREE_SPLITS if wants_test else _FEWEST_FOR_TWO_SPLITS):
        return _draw(speakers, config, wants_test, by_speaker=True)
    with open_lots(config.split_seed) as utterances:
        for item in items:
            if isinstance(item, Utterance) and not item.faults and _published(item, config) in ("train", UNDECIDED):
                utterances.add(item.utterance_id)
        return _draw(utterances, config, wants_test, by_speaker=False)


def _draw(lots: Lots, config: CorpusConfig, wants_test: bool, by_speaker: bool) -> _Plan:
    """Draw test where it is wanted, and dev from the rest."""
    num_test = num_drawn(len(lots), config.dev_fraction) if wants_test else 0
    num_dev = num_drawn(len(lots) - num_test, config.dev_fraction)
    return _Plan(config, by_speaker, lots.border(num_test), lots.border(num_test + num_dev))


def _published(utterance: Utterance, config: CorpusConfig) -> str:
    """Return the split an utterance comes with; with a speaker left out, no other counts."""
    if config.leave_out is not None:
        return "test" if utterance.speaker == config.leave_out else "train"
    return utterance.split


def _group(utterance: Utterance, by_speaker: bool) -> str:
    """Name what must stay together: the speaker where one is known, else the utterance alone."""
    return utterance.speaker if by_speaker and utterance.speaker is not None else utterance.utterance_id
