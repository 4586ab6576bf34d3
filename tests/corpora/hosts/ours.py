"""Corpora that we list ourselves: YesNo, FSDD, AN4 (sound and cepstra), Mboshi, TIDIGITS."""

from pathlib import Path
from typing import Final

import numpy as np

from tests.corpora.hosts.host import Host, Said, tar_tree, write_lines
from tests.corpora.hosts.voice import speak

_DIGITS: Final = "zero one two three four five six seven eight nine".split()
_NUM_YESNO: Final = 12


def _yesno_said() -> tuple[Said, ...]:
    """Of the sorted names, the first, third, fifth ... are train."""
    names = sorted("_".join(f"{number * 21 % 256:08b}") for number in range(_NUM_YESNO))
    words = {"0": "NO", "1": "YES"}
    return tuple(
        Said(name, ("train", "test")[position % 2], "yesno", " ".join(words[digit] for digit in name.split("_")))
        for position, name in enumerate(names)
    )


def yesno(root: Path) -> Path:
    """OpenSLR 1: 8 kHz, all that is said stands in the file names."""
    for said in YESNO.said:
        speak(root / f"{said.utterance_id}.wav", said.text, "yesno", rate_hz=8000)
    write_lines(root / "README", ["One male speaker, Hebrew, sixty recordings of eight words each"])
    return root


YESNO: Final = Host(
    name="yesno",
    said=_yesno_said(),
    lay_out=yesno,
    pack=lambda root, to: tar_tree(to / "waves_yesno.tar.gz", {"waves_yesno": root}),
    drawn={"dev": 1},
)


def fsdd(root: Path) -> Path:
    """A branch as GitHub packs it: recordings at 8 kHz among programs and notes."""
    for said in FSDD.said:
        speak(root / "recordings" / f"{said.utterance_id}.wav", said.text, said.speaker or "", rate_hz=8000)
    write_lines(root / "metadata.py", ["metadata = {'jackson': {'gender': 'male', 'accent': 'USA/neutral'}}"])
    write_lines(root / "README.md", ["# Free Spoken Digit Dataset (FSDD)"])
    return root


FSDD: Final = Host(
    name="fsdd",
    said=tuple(
        Said(f"{digit}_{speaker}_{take}", split, speaker, _DIGITS[digit])
        for digit in (0, 7)
        for speaker in ("george", "jackson", "theo")
        for take, split in {0: "test", 4: "test", 5: "dev", 12: "train", 49: "train"}.items()
    ),
    lay_out=fsdd,
    pack=lambda root, to: tar_tree(to / "free-spoken-digit-dataset.tar.gz", {"free-spoken-digit-dataset-master": root}),
    warned=frozenset({"same_speaker"}),
)

_AN4: Final = (
    Said("an251-fash-b", "train", "fash", "YES"),
    Said("cen1-fash-b", "train", "fash", "P I T T S B U R G H"),
    Said("an406-fcaw-b", "train", "fcaw", "TWO SIX EIGHT FOUR FOUR ONE EIGHT"),
    Said("cen8-fcaw-b", "train", "fcaw", "APRIL TWENTY THIRD NINETEEN FIFTY SEVEN"),
    Said("an6-mdcs2-b", "train", "mdcs2", "RUBOUT G M E F THREE NINE"),
    Said("cen5-mdcs2-b", "train", "mdcs2", "M E L V I N"),
    Said("an391-mjwl-b", "test", "mjwl", "GO"),
    Said("cen7-mjwl-b", "test", "mjwl", "FIVE ONE NINE TWO"),
)


def _an4_lists(root: Path) -> Path:
    """Write `etc`: train transcripts in sentence marks, those of test without, both in an order of their own."""
    for part, folder in {"train": "an4_clstk", "test": "an4test_clstk"}.items():
        said = [item for item in _AN4 if item.split == part]
        write_lines(
            root / "etc" / f"an4_{part}.fileids", (f"{folder}/{item.speaker}/{item.utterance_id}" for item in said)
        )
        spoken = "<s> {} </s> ({})" if part == "train" else "{} ({})"
        lines = [spoken.format(item.text, item.utterance_id) for item in reversed(said)]
        write_lines(root / "etc" / f"an4_{part}.transcription", lines)
    write_lines(root / "LICENSE", ["Copyright (c) 1991 Carnegie Mellon University. All rights reserved."])
    return root


def _an4_folder(said: Said) -> str:
    return f"{'an4_clstk' if said.split == 'train' else 'an4test_clstk'}/{said.speaker}/{said.utterance_id}"


def an4_sphere(root: Path) -> Path:
    """The archive of sound: NIST SPHERE, 16 kHz, most significant byte first."""
    for said in _AN4:
        path = root / "wav" / f"{_an4_folder(said)}.sph"
        speak(path, said.text, said.speaker or "", format="NIST", subtype="PCM_16", endian="BIG")
    return _an4_lists(root)


def an4_mfc(root: Path) -> Path:
    """The archive of Sphinx cepstra: a count, then 13 numbers for every 10 ms, most significant byte first."""
    for number, said in enumerate(_AN4):
        path = root / "feat" / f"{_an4_folder(said)}.mfc"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = np.random.default_rng(number).standard_normal(13 * (20 + 7 * len(said.text))).astype(">f4")
        path.write_bytes(np.array([len(values)], ">i4").tobytes() + values.tobytes())
    return _an4_lists(root)


AN4_SPHERE: Final = Host(
    name="an4",
    said=_AN4,
    lay_out=an4_sphere,
    pack=lambda root, to: tar_tree(to / "an4_sphere.tar.gz", {"an4": root}),
    drawn={"dev": 2},  # of one of three speakers
)
AN4_MFC: Final = Host(
    name="an4",
    said=_AN4,
    lay_out=an4_mfc,
    pack=lambda root, to: tar_tree(to / "an4_mfc.tar.gz", {"an4_mfc": root}),
    file="an4_mfc.tar.gz",
    drawn={"dev": 2},
)


def mboshi(root: Path) -> Path:
    """A branch as GitHub packs it: each recording between the transcript, its tidy form, and a translation."""
    for said in MBOSHI.said:
        place = root / "full_corpus_newsplit" / ("dev" if said.split == "test" else "train")
        speak(place / f"{said.utterance_id}.wav", said.text, said.speaker or "")
        write_lines(place / f"{said.utterance_id}.mb", [f"{said.text.capitalize()}."])
        write_lines(place / f"{said.utterance_id}.mb.cleaned", [said.text])
        write_lines(place / f"{said.utterance_id}.fr", ["il a dit cela"])
        write_lines(place / f"{said.utterance_id}.fr.cleaned", ["il a dit cela"])
    write_lines(root / "README.md", ["# mboshi-french-parallel-corpus"])
    return root


MBOSHI: Final = Host(
    name="mboshi",
    said=(
        Said("abiayi_2015-09-08-11-26-46_samsung-SM-T530_mdw_elicit_Dico18_1", "train", "abiayi", "wa áyɛɛ la midí"),
        Said("abiayi_2015-09-08-11-26-46_samsung-SM-T530_mdw_elicit_Dico18_2", "train", "abiayi", "moro wáre lendzá"),
        Said("kouarata_2015-09-07-15-33-31_samsung-SM-T530_mdw_elicit_Dico5_9", "train", "kouarata", "bísí lekondzi"),
        Said("martial_2015-09-07-15-33-31_samsung-SM-T530_mdw_elicit_Dico1_4", "test", "martial", "ngá ikiá otéma"),
    ),
    lay_out=mboshi,
    pack=lambda root, to: tar_tree(
        to / "mboshi-french-parallel-corpus.tar.gz", {"mboshi-french-parallel-corpus-master": root}
    ),
    drawn={"dev": 1},
)


def tidigits(root: Path) -> Path:
    """The disc: NIST SPHERE at 20 kHz under names that end in wav; initials come again in another group."""
    for said in TIDIGITS.said:
        group, speaker, name = said.utterance_id.split("-")
        path = root / "data" / "adults" / said.split / group / speaker / f"{name}.wav"
        speak(path, said.text, said.speaker or "", rate_hz=20000, format="NIST", subtype="PCM_16")
    return root


TIDIGITS: Final = Host(
    name="tidigits",
    said=(
        Said("man-ae-1a", "train", "man-ae", "one"),
        Said("man-ae-zo9b", "train", "man-ae", "zero oh nine"),
        Said("woman-ae-34z27o5a", "train", "woman-ae", "three four zero two seven oh five"),
        Said("woman-ae-8a", "train", "woman-ae", "eight"),
        Said("man-ah-61a", "test", "man-ah", "six one"),
        Said("woman-af-oob", "test", "woman-af", "oh oh"),
    ),
    lay_out=tidigits,
    brought=".",
    drawn={"dev": 2},
)
