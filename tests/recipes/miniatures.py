"""Every corpus of a recipe in miniature, below a data folder, where and as its host's archive unpacks."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from speechrnn.corpora.digit_plan import PLAN_VERSION, DigitSizes
from speechrnn.corpora.digit_synthesis import TABLE, sizes_as_json
from speechrnn.corpora.registry import find_corpus
from tests.corpora.bridge.layouts import LAYOUTS, noise, text

DIGITS: Final = "zero one two three four five six seven eight nine".split()
SECONDS: Final = 1.0
AN4_SPEAKERS: Final = 10
FRAMES_OF_CEPSTRA: Final = 100


def miniature(name: str, data: Path) -> None:
    """Write a corpus by the name recipes give it."""
    write = OURS.get(name) or LAYOUTS[name]
    write(data / find_corpus(name).folders[0])


def known() -> set[str]:
    """Name the corpora there are miniatures of."""
    return {*OURS, *LAYOUTS}


def yesno(root: Path) -> None:
    for number in range(60):
        noise(root / ("_".join(f"{number * 4:08b}") + ".wav"), SECONDS, rate=8000)


def fsdd(root: Path) -> None:
    for digit in (3, 7):
        for speaker in ("george", "jackson", "lucas", "theo"):
            for take in (0, 5, 6, 7):
                noise(root / "recordings" / f"{digit}_{speaker}_{take}.wav", SECONDS, rate=8000)


def spoken_digits(root: Path) -> None:
    """Noise in place of voices, with the mark of the whole corpus, so that it is taken as it is and not made anew."""
    rows = []
    for split in ("train", "dev", "test"):
        for digit in (1, 2, 3):
            name = f"{split}-{digit}"
            audio = noise(root / split / f"{name}.wav", SECONDS).relative_to(root)
            rows.append([name, split, str(audio), DIGITS[digit], f"{split}-voice"])
    with (root / TABLE).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows([["id", "split", "audio", "text", "speaker"], *rows])
    (root / "made.txt").write_text(f"plan {PLAN_VERSION} {sizes_as_json(DigitSizes())}\n", encoding="utf-8")


def digits(root: Path) -> None:
    fsdd(root)
    spoken_digits(root.parent / "spoken_digits")


def an4(root: Path) -> None:
    """The archive of cepstra, which lies beside where the archive of sound would."""
    names = {f"an{take}-spk{speaker}-b": f"WORD {take}" for speaker in range(AN4_SPEAKERS) for take in (1, 2)}
    stored = root.with_name("an4_mfc")
    fileids = [f"an4_clstk/{name.split('-')[1]}/{name}" for name in names]
    text(stored / "etc" / "an4_train.fileids", fileids)
    text(stored / "etc" / "an4_train.transcription", (f"<s> {said} </s> ({name})" for name, said in names.items()))
    for number, fileid in enumerate(fileids):
        values = np.random.default_rng(number).normal(size=FRAMES_OF_CEPSTRA * 13).astype(">f4")
        path = stored / "feat" / f"{fileid}.mfc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(np.array([values.size], ">i4").tobytes() + values.tobytes())


def mboshi(root: Path) -> None:
    for part, count in {"train": 20, "dev": 2}.items():
        for number in range(count):
            path = root / "full_corpus_newsplit" / part / f"abiayi_2015-09-08_{part}_{number}.wav"
            noise(path, SECONDS)
            text(path.with_name(f"{path.stem}.mb.cleaned"), [f"wáre {number}"])


def tidigits(root: Path) -> None:
    speakers = {"train": ("man/ae", "woman/ac", "boy/bc"), "test": ("man/ah", "girl/an")}
    for part, said in speakers.items():
        for speaker in said:
            for name in ("z1a.wav", "1oa.wav"):
                noise(root / part / speaker / name, SECONDS, rate=20000, format="NIST")


def librispeech(root: Path) -> None:
    for reader, part in enumerate(find_corpus("librispeech").entry.splits, start=19):  # type: ignore[union-attr]
        chapter = root / part / str(reader) / "198"
        names = [f"{reader}-198-{number:04d}" for number in range(3)]
        for name in names:
            noise(chapter / f"{name}.flac", SECONDS)
        text(chapter / f"{reader}-198.trans.txt", (f"{name} HE SAID" for name in names))


OURS: Final[dict[str, Callable[[Path], None]]] = {
    "yesno": yesno,
    "fsdd": fsdd,
    "digits": digits,
    "spoken_digits": spoken_digits,
    "an4": an4,
    "mboshi": mboshi,
    "tidigits": tidigits,
    "librispeech": librispeech,
}
