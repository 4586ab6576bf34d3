"""Gives every utterance of a user's own corpus a split.

A published split is kept. What is missing is drawn by `split_seed`, whole speakers at a time where speakers are known,
since a model that heard the test speakers is scored too kindly. `dev_fraction` is the share of dev and, where no split
is published at all, of test too.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from speechrnn.corpora.draw import draw
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

UNDECIDED = ""
_FEWEST_FOR_THREE_SPLITS: Final = 3  # one speaker for each; with fewer, utterances are drawn
_FEWEST_FOR_TWO_SPLITS: Final = 2


def assign_splits(utterances: Sequence[Utterance], config: CorpusConfig) -> tuple[Utterance, ...]:
    """Replace undecided splits.

    Raises:
        CorpusError: `leave_out` names a speaker who is not there, or only some utterances have a split.
    """
    if config.leave_out is not None:
        utterances = _leave_out(utterances, config.leave_out)
    elif _is_undecided(utterances):
        train = [replace(utterance, split="train") for utterance in utterances]
        by_speaker = _num_groups(train) >= _FEWEST_FOR_THREE_SPLITS
        return tuple(_draw_into("dev", _draw_into("test", train, config, by_speaker), config, by_speaker))
    if any(utterance.split == "dev" for utterance in utterances):
        return tuple(utterances)
    return tuple(_draw_into("dev", utterances, config, _num_groups(utterances) >= _FEWEST_FOR_TWO_SPLITS))


def _is_undecided(utterances: Sequence[Utterance]) -> bool:
    """Tell whether no utterance has a split; some without is a mistake nobody should train on."""
    undecided = [utterance for utterance in utterances if utterance.split == UNDECIDED]
    if undecided and len(undecided) < len(utterances):
        raise CorpusError(
            f"{undecided[0].path}: has no split, as {len(undecided)} of {len(utterances)} utterances, "
            "while the others have; give all of them one or none"
        )
    return bool(undecided)


def _leave_out(utterances: Sequence[Utterance], speaker: str) -> list[Utterance]:
    """Make one speaker test and everybody else train, whatever was published."""
    speakers = sorted({utterance.speaker for utterance in utterances if utterance.speaker is not None})
    if speaker not in speakers:
        raise CorpusError(
            f"corpus folder: no speaker {speaker!r} to leave out; known are {', '.join(speakers) or 'none'}"
        )
    return [replace(u, split="test" if u.speaker == speaker else "train") for u in utterances]


def _draw_into(split: str, utterances: Sequence[Utterance], config: CorpusConfig, by_speaker: bool) -> list[Utterance]:
    """Move a drawn share of train into another split."""
    groups = {utterance.utterance_id: _group(utterance, by_speaker) for utterance in utterances}
    train = (groups[utterance.utterance_id] for utterance in utterances if utterance.split == "train")
    drawn = draw(train, config.dev_fraction, config.split_seed)
    return [
        replace(u, split=split) if u.split == "train" and groups[u.utterance_id] in drawn else u for u in utterances
    ]


def _num_groups(utterances: Sequence[Utterance]) -> int:
    """Count what can be told apart in train by speaker."""
    return len({_group(utterance, by_speaker=True) for utterance in utterances if utterance.split == "train"})


def _group(utterance: Utterance, by_speaker: bool) -> str:
    """Name what must stay together: the speaker where one is known, else the utterance alone."""
    return utterance.speaker if by_speaker and utterance.speaker is not None else utterance.utterance_id
