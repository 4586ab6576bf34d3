"""English, through lhotse: LibriSpeech and its small sister, LJSpeech, TED-LIUM 3, TIMIT, Speech Commands."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from tests.corpora.hosts.host import Host, Said, tar_tree, write_lines
from tests.corpora.hosts.voice import speak

_SENTENCES: Final = (
    "MISTER QUILTER IS THE APOSTLE",
    "NOR IS QUILTER'S MANNER",
    "HE SAID NOTHING",
)


def _chapter(speaker: str, split: str) -> tuple[Said, ...]:
    """Have somebody read three sentences."""
    return tuple(
        Said(f"{speaker}-{int(speaker) + 100}-{number:04d}", split, speaker, sentence)
        for number, sentence in enumerate(_SENTENCES)
    )


_MINI: Final = {"train-clean-5": (("19", "26"), "train"), "dev-clean-2": (("84",), "test")}
_LIBRI: Final = {
    "train-clean-100": (("103",), "train"),
    "train-other-500": (("20",), "train"),
    "dev-clean": (("1272",), "dev"),
    "dev-other": (("116",), "dev"),
    "test-clean": (("61",), "test"),
    "test-other": (("367",), "test"),
}
_Parts = dict[str, tuple[tuple[str, ...], str]]


def librispeech_part(root: Path, part: str, speakers: Iterable[str]) -> Path:
    """One part: FLAC, and a transcript in capitals for each chapter."""
    for speaker in speakers:
        said = _chapter(speaker, "")
        folder = root / part / speaker / said[0].utterance_id.split("-")[1]
        for item in said:
            speak(folder / f"{item.utterance_id}.flac", item.text, speaker)
        lines = (f"{item.utterance_id} {item.text}" for item in said)
        write_lines(folder / f"{speaker}-{folder.name}.trans.txt", lines)
    return root


def _librispeech(name: str, parts: _Parts, words: tuple[str, ...] = (), drawn: int = 0) -> Host:
    """Each part is an archive of its own, with notes that are the same in all."""
    notes = ("BOOKS.TXT", "CHAPTERS.TXT", "LICENSE.TXT", "README.TXT", "SPEAKERS.TXT")

    def lay_out(root: Path) -> Path:
        for part, (speakers, _) in parts.items():
            librispeech_part(root, part, speakers)
        for note in notes:
            write_lines(root / note, [f"; {note}"])
        return root

    def pack(root: Path, to: Path) -> None:
        for part in parts:
            members = {f"LibriSpeech/{each}": root / each for each in (*notes, part)}
            tar_tree(to / f"{part}.tar.gz", members)

    said = tuple(
        item for speakers, split in parts.values() for speaker in speakers for item in _chapter(speaker, split)
    )
    return Host(name=name, said=said, lay_out=lay_out, pack=pack, words=words, drawn={"dev": drawn} if drawn else {})


MINI_LIBRISPEECH: Final = _librispeech("mini_librispeech", _MINI, drawn=3)  # all of one of two speakers
LIBRISPEECH: Final = _librispeech("librispeech", _LIBRI, words=(f"parts=[{','.join(_LIBRI)}]",))


def ljspeech(root: Path) -> Path:
    """One voice; the table gives a text as printed, then with its numbers in words."""
    for said in LJSPEECH.said:
        speak(root / "wavs" / f"{said.utterance_id}.wav", said.text, "lj", rate_hz=22050)
    write_lines(
        root / "metadata.csv", (f"{said.utterance_id}|{said.as_published}|{said.text}" for said in LJSPEECH.said)
    )
    write_lines(root / "README", ["The LJ Speech Dataset, version 1.1"])
    return root


LJSPEECH: Final = Host(
    name="ljspeech",
    said=(
        Said("LJ001-0001", "train", None, "Printing, in the only sense with which we are at present concerned,"),
        Said("LJ001-0007", "train", None, "in about fourteen fifty-five,", "in about 1455,"),
        Said("LJ001-0041", "train", None, 'called "Gothic" by the moderns', 'called "Gothic" by the moderns'),
        Said("LJ002-0321", "train", None, "Mister Neild found fifteen debtors", "Mr. Neild found 15 debtors"),
        Said("LJ003-0100", "train", None, "the keeper's fees were £ three", "the keeper's fees were £3"),
    ),
    lay_out=ljspeech,
    pack=lambda root, to: tar_tree(to / "LJSpeech-1.1.tar.bz2", {"LJSpeech-1.1": root}, "w:bz2"),
    drawn={"dev": 1, "test": 1},
)


def tedlium3(root: Path) -> Path:
    """Talks of the legacy distribution, whose sound is links into `data`; times stand in an STM file for each talk."""
    for part in ("train", "dev", "test"):
        talk = f"Speaker{part.title()}_2010"
        speak(root / "data" / "sph" / f"{talk}.sph", "i'm here today to show you", talk, seconds=2.5, format="NIST")
        link = root / "legacy" / part / "sph" / f"{talk}.sph"
        link.parent.mkdir(parents=True)
        link.symlink_to(f"../../../data/sph/{talk}.sph")
        lines = [
            f"{talk} 1 {talk} 0.10 1.10 <o,f0,male> i 'm here today",
            f"{talk} 1 {talk} 1.10 1.20 <o,f0,male> ignore_time_segment_in_scoring",
            f"{talk} 1 {talk} 1.20 2.40 <o,f0,male> to show <unk> you",
        ]
        write_lines(root / "legacy" / part / "stm" / f"{talk}.stm", lines)
    write_lines(root / "README", ["This is the TED-LIUM corpus release 3, licensed under CC BY-NC-ND 3.0"])
    return root


TEDLIUM3: Final = Host(
    name="tedlium3",
    said=tuple(
        Said(f"Speaker{part.title()}_2010-{line}", part, f"Speaker{part.title()}_2010", text)
        for part in ("train", "dev", "test")
        for line, text in {0: "i'm here today", 2: "to show you"}.items()
    ),
    lay_out=tedlium3,
    pack=lambda root, to: tar_tree(to / "TEDLIUM_release-3.tgz", {"TEDLIUM_release-3": root}),
    words=("options.normalize_text=kaldi",),
)


def timit(root: Path, folder: str = "TIMIT", spell: Callable[[str], str] = str.upper) -> Path:
    """The disc: NIST SPHERE named wav, words and phones with their samples; one test speaker in no usual set."""
    for place in ("train/dr1/fcjf0", "train/dr2/marc0", "test/dr1/faks0", "test/dr1/mdab0", "test/dr1/msjs1"):
        for sentence in ("sa1", "sx127"):
            stem = str(root / folder / spell(f"{place}/{sentence}"))
            speak(Path(stem + spell(".wav")), "she had", place, seconds=0.8, format="NIST")
            write_lines(Path(stem + spell(".txt")), ["0 12800 She had."])
            write_lines(Path(stem + spell(".wrd")), ["1200 6400 she", "6400 11700 had"])
            phones = ["0 1200 h#", "1200 3200 sh", "3200 6400 iy", "6400 11700 ax-h", "11700 12800 h#"]
            write_lines(Path(stem + spell(".phn")), phones)
    return root


TIMIT: Final = Host(
    name="timit",
    said=(
        Said("FCJF0-SX127", "train", "FCJF0", "sil sh iy ax sil"),
        Said("MARC0-SX127", "train", "MARC0", "sil sh iy ax sil"),
        Said("FAKS0-SX127", "dev", "FAKS0", "sil sh iy ax sil"),
        Said("MDAB0-SX127", "test", "MDAB0", "sil sh iy ax sil"),
    ),
    lay_out=timit,
    brought=".",
)

_WORDS: Final = ("yes", "no")


def speech_commands(root: Path) -> Path:
    """Clips of a second, lists of those that are not for training, noises, and the test set as clips of its own."""
    main, test = root / "speech_commands_v0.02", root / "speech_commands_test_set_v0.02"
    for word in _WORDS:
        for speaker in ("0a2b400e", "1b4c9b89", "2c7c33e8", "3d9200b9"):
            speak(main / word / f"{speaker}_nohash_0.wav", word, speaker, seconds=1.0)
        speak(test / word / "3d9200b9_nohash_0.wav", word, "3d9200b9", seconds=1.0)
    speak(main / "_background_noise_" / "running_tap.wav", "ssssssssssss", "tap", seconds=2.0)
    speak(test / "_unknown_" / "bird_4f6902d0_nohash_0.wav", "bird", "4f6902d0", seconds=1.0)
    speak(test / "_silence_" / "0.wav", "fffff", "", seconds=1.0)
    write_lines(main / "validation_list.txt", (f"{word}/2c7c33e8_nohash_0.wav" for word in _WORDS))
    write_lines(main / "testing_list.txt", (f"{word}/3d9200b9_nohash_0.wav" for word in _WORDS))
    for folder in (main, test):
        write_lines(folder / "LICENSE", ["Creative Commons BY 4.0"])
    return root


SPEECH_COMMANDS: Final = Host(
    name="speech_commands",
    said=(
        *(
            Said(f"{word}_{speaker}_nohash_0", split, speaker, word)
            for word in _WORDS
            for speaker, split in {
                "0a2b400e": "train",
                "1b4c9b89": "train",
                "2c7c33e8": "dev",
                "3d9200b9": "test",
            }.items()
        ),
        Said("_unknown__bird_4f6902d0_nohash_0", "test", "4f6902d0", "bird"),
    ),
    lay_out=speech_commands,
    pack=lambda root, to: [tar_tree(to / f"{part.name}.tar.gz", {".": part}) for part in sorted(root.iterdir())],
)
