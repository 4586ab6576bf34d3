"""Corpora of many languages that lhotse prepares: Common Voice, VoxPopuli, Multilingual LibriSpeech, FLEURS."""

import gzip
from pathlib import Path
from typing import Final

import soundfile

from tests.corpora.hosts.host import Host, Said, tar_tree, write_lines
from tests.corpora.hosts.voice import speak

_RELEASE: Final = "cv-corpus-13.0-2023-03-09"
_COLUMNS: Final = "client_id path sentence up_votes down_votes age gender accents variant locale segment".split()


def commonvoice(root: Path) -> Path:
    """A language of a release: clips as MP3, tables of votes with quotes that nobody closes, clips of no split."""
    folder = root / "sw"
    tables: dict[str, list[str]] = {part: [] for part in ("train", "dev", "test", "validated", "other")}
    for said in COMMONVOICE.said:
        name = f"{said.utterance_id}.mp3"
        speak(folder / "clips" / name, said.text, said.speaker or "", rate_hz=32000, format="MP3")
        row = "\t".join([said.speaker or "", name, said.text, "2", "0", "", "", "", "", "sw", ""])
        for part in (said.split, "validated"):
            tables[part].append(row)
    speak(folder / "clips" / "common_voice_sw_99.mp3", "jambo", "c9", rate_hz=32000, format="MP3")
    tables["other"].append("\t".join(["c9", "common_voice_sw_99.mp3", "jambo", "0", "1", *[""] * 4, "sw", ""]))
    for part, rows in tables.items():
        write_lines(folder / f"{part}.tsv", ["\t".join(_COLUMNS), *rows])
    return root


COMMONVOICE: Final = Host(
    name="commonvoice",
    said=(
        Said("common_voice_sw_30021", "train", "c0", 'Alisema "ndiyo'),
        Said("common_voice_sw_30022", "train", "c1", "Watu wote wamezaliwa huru"),
        Said("common_voice_sw_30023", "dev", "c2", "Habari ya asubuhi?"),
        Said("common_voice_sw_30024", "test", "c3", "Nakupenda sana"),
    ),
    lay_out=commonvoice,
    pack=lambda root, to: tar_tree(to / f"{_RELEASE}-sw.tar.gz", {f"{_RELEASE}/sw": root / "sw"}),
    words=("language=sw",),
    brought=_RELEASE,
)

_SESSIONS: Final = {"train": "20200111", "dev": "20200112", "test": "20200113", "none": "20190114"}
_YEARS: Final = range(2009, 2021)
_VOXPOPULI: Final = "session_id|paragraph_id|start_time|end_time|speaker_id|gender|split|original_text|normed_text"


def voxpopuli(root: Path, language: str = "en") -> Path:
    """Plenary sessions by year, as long as they were; a table of all that was transcribed, by session and time."""
    rows = [_VOXPOPULI]
    for number, (part, day) in enumerate(_SESSIONS.items()):
        session = f"{day}-0900-PLENARY-1"
        path = root / "raw_audios" / language / day[:4] / f"{session}_{language}.ogg"
        speak(path, "thank you mister president", str(number), seconds=2.0, format="OGG", subtype="VORBIS")
        said = "Thank you, Mr President.|thank you mr president"
        rows.append(f"{session}|p{number}|0.2|1.7|12440{number}|female|{part}|{said}")
    for year in _YEARS[:-2]:
        path = root / "raw_audios" / language / str(year) / f"{year}0911-0900-PLENARY-1_{language}.ogg"
        speak(path, "no", str(year), format="OGG", subtype="VORBIS")  # of which nobody wrote down a word
    with gzip.open(root / f"asr_{language}.tsv.gz", "wt", encoding="utf-8") as stream:
        stream.write("\n".join(rows) + "\n")
    return root


def _pack_voxpopuli(root: Path, to: Path) -> None:
    """An archive a year of what was said in any language, and the tables of each language elsewhere."""
    audios, tables = to / "audios", to / "annotations" / "asr"
    for folder in (audios, tables):
        folder.mkdir(parents=True)
    for year in _YEARS:
        files = sorted((root / "raw_audios" / "en" / str(year)).glob("*.ogg"))
        names = {f"original/{year}/{file.name.replace('_en.', '_original.')}": file for file in files}
        tar_tree(audios / f"original_{year}.tar", names, "w")
    (tables / "asr_en.tsv.gz").write_bytes((root / "asr_en.tsv.gz").read_bytes())


VOXPOPULI: Final = Host(
    name="voxpopuli",
    said=tuple(
        Said(f"{_SESSIONS[part]}-0900-PLENARY-1-1", part, f"12440{number}", "thank you mr president")
        for number, part in enumerate(("train", "dev", "test"))
    ),
    lay_out=voxpopuli,
    pack=_pack_voxpopuli,
    words=("language=en",),
)


def mls(root: Path, languages: tuple[str, ...] = ("polish", "portuguese")) -> Path:
    """A folder for each language: Opus, a table of readers, transcripts and sources beside each part."""
    for language in languages:
        folder = root / f"mls_{language}_opus"
        header = "SPEAKER   |   GENDER   | PARTITION  |  MINUTES   |  BOOK ID  | TITLE | CHAPTER"
        readers = (f" {said.speaker}      |   M        | {said.split}  |  1.0  |  1000  | T | 1" for said in MLS.said)
        write_lines(folder / "metainfo.txt", [header, *readers])
        for said in MLS.said:
            reader, book, _ = said.utterance_id.split("_")
            path = folder / said.split / "audio" / reader / book / f"{said.utterance_id}.opus"
            speak(path, said.text, f"{reader}{language}", format="OGG", subtype="OPUS")
        for part in ("train", "dev", "test"):
            here = [said for said in MLS.said if said.split == part]
            write_lines(folder / part / "transcripts.txt", (f"{said.utterance_id}\t{said.text}" for said in here))
            source = "http://www.archive.org/download/book/chapter.mp3\t10.0\t12.0"
            write_lines(folder / part / "segments.txt", (f"{said.utterance_id}\t{source}" for said in here))
    return root


MLS: Final = Host(
    name="mls",
    said=(
        Said("6892_10342_000000", "train", "6892", "na brzegu morza stał dom"),
        Said("6892_10342_000001", "train", "6892", "wieczorem wiał wiatr"),
        Said("8758_8338_000000", "dev", "8758", "i nikt nie wiedział"),
        Said("4475_4473_000000", "test", "4475", "cisza była wielka"),
    ),
    lay_out=mls,
    pack=lambda root, to: [
        tar_tree(to / f"{folder.name}.tar.gz", {folder.name: folder}) for folder in sorted(root.iterdir())
    ],
    words=("language=pl",),
)


def fleurs(root: Path) -> Path:
    """As lhotse wants it: sound by language and part; a table without heading, its lines told apart by tabs."""
    for said in FLEURS.said:
        number, _, name = said.utterance_id.split("_")
        path = speak(root / "sw_ke" / said.split / f"{name}.wav", said.text, name)
        letters = " ".join("|".join(said.text.split())) + " |"
        row = [number, f"{name}.wav", said.as_published, said.text, letters, str(soundfile.info(path).frames), "FEMALE"]
        table = root / "metadata" / "sw_ke" / f"{said.split}.tsv"
        before = table.read_text(encoding="utf-8").splitlines() if table.exists() else []
        write_lines(table, [*before, "\t".join(row)])
    return root


def _pack_fleurs(root: Path, to: Path) -> None:
    """The folders of the hub: an archive and a table for each part of a language."""
    audio = to / "data" / "sw_ke" / "audio"
    audio.mkdir(parents=True)
    for part in ("train", "dev", "test"):
        tar_tree(audio / f"{part}.tar.gz", {part: root / "sw_ke" / part})
        table = root / "metadata" / "sw_ke" / f"{part}.tsv"
        (audio.parent / table.name).write_bytes(table.read_bytes())


FLEURS: Final = Host(
    name="fleurs",
    said=(
        Said("1586_1_10016", "train", "1586_1", "habari yako leo", '"Habari yako, leo?"'),
        Said("1586_2_10023", "train", "1586_2", "habari yako leo", '"Habari yako, leo?"'),
        Said("204_1_10104", "dev", "204_1", "mto unapita hapa", "Mto unapita hapa."),
        Said("77_1_10205", "test", "77_1", "watoto wanacheza nje", "Watoto wanacheza nje."),
    ),
    lay_out=fleurs,
    pack=_pack_fleurs,
    words=("language=sw",),
)
