"""TIDIGITS (LDC93S10): 326 men, women and children say sequences of one to seven English digits, 20 kHz.

A file is `tidigits/<train|test>/<man|woman|boy|girl>/<speaker>/<digits><a|b>.wav`, NIST SPHERE whatever its name ends
in; `z` stands for zero and `o` for oh, and `a` and `b` for the first and second time a sequence was said. Names come
in capitals on some copies. Train and test speakers are published, and differ; a share of the train *speakers*,
`dev_fraction`, is drawn as dev.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from speechrnn.corpora.corpus import Corpus
from speechrnn.corpora.draw import draw
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Listing, Utterance
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

_WORDS: Final = {"z": "zero", "o": "oh"} | dict(
    zip("123456789", "one two three four five six seven eight nine".split(), strict=True)
)
_NAME: Final = re.compile(r"(?P<digits>[zo1-9]{1,7})(?P<take>[ab])")
_SPLITS: Final = ("train", "test")
_DEPTH: Final = 4  # split, group, speaker, file


def list_utterances(source: Path, config: CorpusConfig) -> Listing:
    """List the recordings by file name.

    Raises:
        CorpusError: no recordings.
    """
    files = sorted(file for file in source.rglob("*") if file.suffix.lower() == ".wav" and _split(file) in _SPLITS)
    if not files:
        raise CorpusError(
            f"corpus tidigits: {source} holds no recordings; wanted train/man/ae/1za.wav and so on, see {CORPUS.url}"
        )
    train = (_speaker(file) for file in files if _split(file) == "train")
    dev = draw(train, config.dev_fraction, config.split_seed)
    found = list(_list(files, dev))
    return Listing(tuple(found))


def spoken(digits: str) -> str:
    """Spell a sequence as it was said.

    >>> spoken("z1o")
    'zero one oh'
    """
    return " ".join(_WORDS[digit] for digit in digits)


def _list(files: list[Path], dev: frozenset[str]) -> Iterator[Utterance | Problem]:
    """Read sequence and speaker off each name."""
    for file in files:
        match = _NAME.fullmatch(file.stem.lower())
        if match is None:
            yield Problem(file.stem, str(file), "bad_name", "wanted a name like 1z3a.wav (digits, a or b)")
            continue
        speaker = _speaker(file)
        yield Utterance(
            utterance_id=f"{speaker}-{file.stem.lower()}",
            split="dev" if _split(file) == "train" and speaker in dev else _split(file),
            path=file,
            text=spoken(match["digits"]),
            speaker=speaker,
        )


def _split(file: Path) -> str:
    """Return the published split of a file, from the folder three above it."""
    return file.parts[-_DEPTH].lower() if len(file.parts) >= _DEPTH else ""


def _speaker(file: Path) -> str:
    """Name a speaker; initials are unique within a group only."""
    return f"{file.parts[-3]}-{file.parts[-2]}".lower()


CORPUS: Final = Corpus(
    name="tidigits",
    title="TIDIGITS: sequences of English digits, men, women and children",
    language="en",
    licence="LDC",
    folders=("tidigits", "TIDIGITS", "tidigits_*", "LDC93S10"),
    url="https://catalog.ldc.upenn.edu/LDC93S10",
    how_to_get="get it from the Linguistic Data Consortium (LDC93S10) and unpack it there",
    list_utterances=list_utterances,
    draws_split=True,
    num_speakers=326,
    takes=("path",),
)
