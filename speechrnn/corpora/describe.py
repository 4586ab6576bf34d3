"""Counts what a prepared corpus holds: time, speakers, words and characters of each split, read off its manifests."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

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
    """

    split: str
    utterances: int
    seconds: float
    speakers: int
    words: int
    word_counts: Counter[str]
    character_counts: Counter[str]
    unseen_words: int


def describe(prepared: PreparedCorpus) -> tuple[SplitDescription, ...]:
    """Describe every split, train first."""
    texts = {split: list(_texts(prepared, split)) for split in prepared.splits}
    known = {word for text in texts.get("train", ()) for word in text.split()}
    return tuple(_describe_split(prepared, split, texts[split], known) for split in prepared.splits)


def _describe_split(prepared: PreparedCorpus, split: str, texts: list[str], known: set[str]) -> SplitDescription:
    """Count one split."""
    words = Counter(word for text in texts for word in text.split())
    summary = prepared.info["splits"][split]
    return SplitDescription(
        split=split,
        utterances=len(texts),
        seconds=summary["seconds"],
        speakers=summary["speakers"],
        words=words.total(),
        word_counts=words,
        character_counts=Counter("".join(texts)),
        unseen_words=sum(count for word, count in words.items() if word not in known),
    )


def _texts(prepared: PreparedCorpus, split: str) -> Iterator[str]:
    """Read the transcripts of one split; plain JSON, so that lhotse and torch stay unloaded."""
    manifest = prepared.directory / f"{prepared.name}_supervisions_{split}.jsonl.gz"
    with gzip.open(manifest, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]
