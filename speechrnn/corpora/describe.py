"""Counts what a prepared corpus holds: time, speakers, words and characters of each split, read off its manifests.

Utterances are read one by one and only counted, so memory grows with the vocabulary and not with the corpus.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from speechrnn.corpora.prepare import PreparedCorpus


@dataclass(frozen=True, slots=True)
class SplitDescription:
    """One split in numbers.

    Attributes:
        split: `train`, `dev` or `test`.
        utterances: how many.
        seconds: of speech, in all.
        speakers: distinct, 0 where the corpus names none.
        words: running words, as split by spaces.
        word_counts: how often each word occurs.
        character_counts: how often each character occurs, spaces included.
        unseen_words: running words that never occur in train.
        unseen_characters: how often each character occurs that never does in train.
        durations: how many utterances last so many seconds, in tenths.
        rates: how many have so many characters a second, spaces included, in tenths.
        levels: how many lie in files of so many dB of full scale, whole ones; empty where files hold no sound.
    """

    split: str
    utterances: int
    seconds: float
    speakers: int
    words: int
    word_counts: Counter[str]
    character_counts: Counter[str]
    unseen_words: int
    unseen_characters: Counter[str]
    durations: Counter[float]
    rates: Counter[float]
    levels: Counter[int]

    @property
    def characters_per_second(self) -> float:
        """Speaking rate over the whole split, spaces and pauses included."""
        return self.character_counts.total() / self.seconds

    @property
    def words_per_minute(self) -> float:
        """Speaking rate over the whole split, pauses included."""
        return self.words / self.seconds * 60


def describe(prepared: PreparedCorpus) -> tuple[SplitDescription, ...]:
    """Describe every split, train first."""
    splits: list[SplitDescription] = []
    for split in prepared.splits:
        train = splits[0] if splits else None
        words, characters = (train.word_counts, train.character_counts) if train else (None, None)
        splits.append(_describe_split(prepared, split, words, characters))
    return tuple(splits)


def _describe_split(
    prepared: PreparedCorpus, split: str, known_words: Counter[str] | None, known_characters: Counter[str] | None
) -> SplitDescription:
    """Count one split; what is known is what occurs in train, None for train itself."""
    words, characters = Counter[str](), Counter[str]()
    durations, rates = Counter[float](), Counter[float]()
    for record in supervisions(prepared, split):
        text, seconds = record["text"], record["duration"]
        words.update(text.split())
        characters.update(text)
        durations[round(seconds, 1)] += 1
        rates[round(len(text) / seconds, 1)] += 1
    summary = prepared.info["splits"][split]
    return SplitDescription(
        split=split,
        utterances=durations.total(),
        seconds=summary["seconds"],
        speakers=summary["speakers"],
        words=words.total(),
        word_counts=words,
        character_counts=characters,
        unseen_words=_unseen(words, known_words).total(),
        unseen_characters=_unseen(characters, known_characters),
        durations=durations,
        rates=rates,
        levels=Counter({int(level): count for level, count in prepared.info.get("levels", {}).get(split, {}).items()}),
    )


def _unseen(counts: Counter[str], known: Counter[str] | None) -> Counter[str]:
    """Keep what is not known."""
    return Counter() if known is None else Counter({name: n for name, n in counts.items() if name not in known})


def supervisions(prepared: PreparedCorpus, split: str) -> Iterator[dict[str, Any]]:
    """Read what is said in one split; plain JSON, so that lhotse and torch stay unloaded."""
    manifest = prepared.directory / f"{prepared.name}_supervisions_{split}.jsonl.gz"
    with gzip.open(manifest, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
