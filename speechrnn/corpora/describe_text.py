"""What a recipe's normalisation makes of the transcripts of a prepared corpus: examples, counts, the characters left.

Transcripts are read one by one. Of each set of steps that change one, as many are kept as will be shown, drawn so that
every such transcript is as likely to be (reservoir sampling), so memory does not grow with the corpus.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from speechrnn.corpora.describe import supervisions
from speechrnn.corpora.prepare import PreparedCorpus
from speechrnn.recipe import TextConfig
from speechrnn.text.normalize import Step, pipeline


@dataclass(frozen=True, slots=True)
class Example:
    """One transcript as the corpus has it and as the recipe spells it, and the steps that changed it."""

    utterance_id: str
    before: str
    after: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextDescription:
    """What the steps do.

    Attributes:
        transcripts: how many, of all splits.
        changed: by step, in their order, how many transcripts it changes.
        emptied: how many have nothing left.
        examples: changed ones first, so that every step is seen if it changes anything.
        characters: how often each character occurs afterwards, spaces included.
    """

    transcripts: int
    changed: dict[str, int]
    emptied: int
    examples: tuple[Example, ...]
    characters: Counter[str]


@dataclass(slots=True)
class _Pool:
    """Transcripts that the same steps change: how many there are, and a fair draw of them."""

    seen: int = 0
    drawn: list[Example] = field(default_factory=list)

    def offer(self, example: Example, most: int, draws: random.Random) -> None:
        self.seen += 1
        if len(self.drawn) < most:
            self.drawn.append(example)
        elif (place := int(draws.random() * self.seen)) < most:
            self.drawn[place] = example


def describe_text(prepared: PreparedCorpus, config: TextConfig, seed: int, count: int = 10) -> TextDescription:
    """Describe what normalisation does to all splits.

    Args:
        prepared: the corpus.
        config: the recipe's text section.
        seed: of the draw of examples.
        count: examples wanted.

    Raises:
        MissingDependencyError, UsageError: as `pipeline`.
    """
    steps, draws, pools = pipeline(config), random.Random(seed), dict[tuple[str, ...], _Pool]()
    changed, characters, emptied = Counter[str](), Counter[str](), 0
    for example in _examples(prepared, steps):
        changed.update(example.steps)
        characters.update(example.after)
        emptied += not example.after
        pools.setdefault(example.steps, _Pool()).offer(example, count, draws)
    return TextDescription(
        transcripts=sum(pool.seen for pool in pools.values()),
        changed={step.name: changed[step.name] for step in steps},
        emptied=emptied,
        examples=tuple(_choose({names: pool.drawn for names, pool in pools.items()}, count)),
        characters=characters,
    )


def _examples(prepared: PreparedCorpus, steps: tuple[Step, ...]) -> Iterator[Example]:
    for split in prepared.splits:
        for record in supervisions(prepared, split):
            text, names = record["text"], []
            for step in steps:
                if (after := step.apply(text)) != text:
                    names.append(step.name)
                text = after
            yield Example(record["id"], record["text"], text, tuple(names))


def _choose(pools: dict[tuple[str, ...], list[Example]], count: int) -> Iterator[Example]:
    """Take one after the other of those whose steps were shown least, and unchanged ones where no more are changed."""
    shown = Counter[str]()
    for _ in range(min(count, sum(map(len, pools.values())))):
        names = min(
            (names for names, drawn in pools.items() if drawn),
            key=lambda names: (not names, min((shown[name] for name in names), default=0), names),
        )
        shown.update(names)
        yield pools[names].pop()
