"""Every corpus of a recipe in miniature, below a data folder, where and as its host's archive unpacks."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Final

from speechrnn.corpora.digit_plan import PLAN_VERSION, DigitSizes
from speechrnn.corpora.digit_synthesis import TABLE, sizes_as_json
from speechrnn.corpora.registry import find_corpus
from tests.corpora.hosts.every import HOSTS
from tests.corpora.hosts.voice import speak

_DIGITS: Final = ("one", "two", "three")


def miniature(name: str, data: Path) -> None:
    """Write a corpus by the name recipes give it."""
    if (make := _MADE_HERE.get(name)) is not None:
        make(data)
    elif name == "an4":  # the archive of cepstra, which its recipe reads
        HOSTS["an4 cepstra"].lay_out(data / "an4_mfc")
    else:
        HOSTS[name].lay_out(data / find_corpus(name).folders[0])


def known() -> set[str]:
    """Name the corpora there are miniatures of."""
    return {*_MADE_HERE, *HOSTS}


def _spoken_digits(data: Path) -> None:
    """Other voices than espeak's, with the mark of the whole corpus, so that it is taken as it is and not made anew."""
    root, rows = data / "spoken_digits", []
    for split in ("train", "dev", "test"):
        for digit in _DIGITS:
            name = f"{split}-{digit}"
            audio = speak(root / split / f"{name}.wav", digit, split).relative_to(root)
            rows.append([name, split, str(audio), digit, f"{split}-voice"])
    with (root / TABLE).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows([["id", "split", "audio", "text", "speaker"], *rows])
    (root / "made.txt").write_text(f"plan {PLAN_VERSION} {sizes_as_json(DigitSizes())}\n", encoding="utf-8")


def _digits(data: Path) -> None:
    miniature("fsdd", data)
    _spoken_digits(data)


_MADE_HERE: Final[dict[str, Callable[[Path], None]]] = {"spoken_digits": _spoken_digits, "digits": _digits}
