"""Miniatures of public corpora as their hosts lay them out, each unpacked into a folder of its own.

Written after the hosts' archives and readmes. The sound is noise; a fixture elsewhere makes archives of speech.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile

SECONDS = 1.5


def noise(path: Path, seconds: float = SECONDS, rate: int = 16000, **form: str) -> Path:
    """Write a sound file; no two of them are the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(zlib.crc32(str(path).encode()))
    soundfile.write(path, rng.uniform(-0.1, 0.1, round(seconds * rate)), rate, **form)
    return path


def text(path: Path, lines: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def librispeech(root: Path) -> Path:
    for part, speakers in {"train-clean-5": ("19", "26"), "dev-clean-2": ("84",), "test-other": ("367",)}.items():
        for speaker in speakers:
            chapter = root / part / speaker / "198"
            names = [f"{speaker}-198-{number:04d}" for number in range(3)]
            for name in names:
                noise(chapter / f"{name}.flac")
            text(
                chapter / f"{speaker}-198.trans.txt", (f"{name} HE SAID {number}" for number, name in enumerate(names))
            )
    return root


def commonvoice(root: Path) -> Path:
    columns = "client_id path sentence up_votes down_votes age gender accents variant locale segment"
    for part, start in {"train": 0, "dev": 3, "test": 5}.items():
        rows = []
        for number in range(start, start + 2):
            noise(root / "sw" / "clips" / f"common_voice_sw_{number}.mp3", rate=32000, format="MP3")
            rows.append(
                [f"c{number}", f"common_voice_sw_{number}.mp3", 'Alisema "ndiyo', "2", "0", *[""] * 4, "sw", ""]
            )
        text(root / "sw" / f"{part}.tsv", ["\t".join(columns.split()), *("\t".join(row) for row in rows)])
    return root


def ljspeech(root: Path) -> Path:
    names = [f"LJ001-{number:04d}" for number in range(1, 6)]
    for name in names:
        noise(root / "wavs" / f"{name}.wav", rate=22050)
    text(root / "metadata.csv", (f"{name}|in 1455, {name}|in fourteen fifty-five, {name}" for name in names))
    return root


def aishell(root: Path) -> Path:
    lines = []
    for number, part in enumerate(("train", "dev", "test"), start=2):
        for take in (122, 123):
            name = f"BAC009S{number:04d}W{take:04d}"
            noise(root / "data_aishell" / "wav" / part / f"S{number:04d}" / f"{name}.wav")
            lines.append(f"{name} 而 对 楼市")
    text(root / "data_aishell" / "transcript" / "aishell_transcript_v0.8.txt", lines)
    return root


def speech_commands(root: Path) -> Path:
    main, test = root / "speech_commands_v0.02", root / "speech_commands_test_set_v0.02"
    for word in ("yes", "no"):
        for speaker in ("0a2b400e", "1b4c9b89", "2c7c33e8", "3d9200b9"):
            noise(main / word / f"{speaker}_nohash_0.wav")
        noise(test / word / "3d9200b9_nohash_0.wav")
    noise(main / "_background_noise_" / "running_tap.wav")
    noise(test / "_unknown_" / "bird_3d9200b9_nohash_0.wav")
    noise(test / "_silence_" / "0.wav")
    text(main / "validation_list.txt", (f"{word}/2c7c33e8_nohash_0.wav" for word in ("yes", "no")))
    text(main / "testing_list.txt", (f"{word}/3d9200b9_nohash_0.wav" for word in ("yes", "no")))
    return root


def tedlium3(root: Path) -> Path:
    for part in ("train", "dev", "test"):
        talk = f"Speaker{part.title()}_2010"
        folder = root / "legacy" / part
        noise(folder / "sph" / f"{talk}.sph", seconds=5.0, format="NIST")
        text(
            folder / "stm" / f"{talk}.stm",
            [
                f"{talk} 1 {talk} 0.50 2.00 <o,f0,male> i 'm here today",
                f"{talk} 1 {talk} 2.50 3.00 <o,f0,male> ignore_time_segment_in_scoring",
                f"{talk} 1 {talk} 3.00 4.75 <o,f0,male> to show you",
            ],
        )
    return root


def thchs30(root: Path) -> Path:
    data = root / "data_thchs30" / "data"
    for part, name in {"train": "A2_0", "dev": "B11_374", "test": "D4_750"}.items():
        noise(data / f"{name}.wav")
        text(data / f"{name}.wav.trn", ["绿 是 l = 阳春", "lv4 shi4 yang2 chun1", "l v4 sh ix4 ii iang2 ch un1"])
        link = root / "data_thchs30" / part / f"{name}.wav"
        link.parent.mkdir()
        link.symlink_to(f"../data/{name}.wav")
    return root


def timit(root: Path, folder: str = "TIMIT", spell: Callable[[str], str] = str.upper) -> Path:
    for place in ("train/dr1/fcjf0", "test/dr1/faks0", "test/dr1/mdab0", "test/dr1/msjs1"):
        for sentence in ("sa1", "sx127"):
            stem = str(root / folder / spell(f"{place}/{sentence}"))
            noise(Path(stem + spell(".wav")), format="NIST")
            text(Path(stem + spell(".txt")), ["0 24000 She had."])
            text(Path(stem + spell(".wrd")), ["500 12000 she", "12000 23500 had"])
            phones = ["0 500 h#", "500 6000 sh", "6000 12000 iy", "12000 23500 ax-h", "23500 24000 h#"]
            text(Path(stem + spell(".phn")), phones)
    return root


def mls(root: Path) -> Path:
    for language in ("polish", "portuguese"):
        folder = root / f"mls_{language}_opus"
        text(folder / "metainfo.txt", ["SPEAKER   |   GENDER   | PARTITION", " 6892      |   M        | train"])
        for number, part in enumerate(("train", "dev", "test")):
            name = f"6892_1000{number}_000000"
            noise(folder / part / "audio" / "6892" / f"1000{number}" / f"{name}.opus", format="OGG", subtype="OPUS")
            text(folder / part / "transcripts.txt", [f"{name}\tna brzegu {language}"])
    return root


def voxpopuli(root: Path) -> Path:
    columns = "session_id|paragraph_id|start_time|end_time|speaker_id|gender|split|original_text|normed_text"
    rows = [columns]
    for number, part in enumerate(("train", "dev", "test", "none")):
        session = f"2020011{number}-0900-PLENARY-1"
        noise(root / "raw_audios" / "en" / "2020" / f"{session}_en.ogg", seconds=1.0, format="OGG", subtype="VORBIS")
        rows.append(f"{session}|p|0.2|0.7|12440{number}|female|{part}|Thank you.|thank you")
    with gzip.open(root / "asr_en.tsv.gz", "wt", encoding="utf-8") as stream:
        stream.write("\n".join(rows) + "\n")
    return root


def fleurs(root: Path) -> Path:
    for number, part in enumerate(("train", "dev", "test")):
        noise(root / "sw_ke" / part / f"1000{number}.wav")
        row = f"{number}\t1000{number}.wav\tHabari, yako?\thabari yako\th a b a r i |\t24000\tFEMALE"
        text(root / "metadata" / "sw_ke" / f"{part}.tsv", [row])
    return root


LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "mini_librispeech": librispeech,
    "commonvoice": commonvoice,
    "ljspeech": ljspeech,
    "aishell": aishell,
    "speech_commands": speech_commands,
    "tedlium3": tedlium3,
    "thchs30": thchs30,
    "timit": timit,
    "mls": mls,
    "voxpopuli": voxpopuli,
    "fleurs": fleurs,
}
