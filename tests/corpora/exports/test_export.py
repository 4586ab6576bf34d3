import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from lhotse.kaldi import load_kaldi_data_dir

from speechrnn.corpora.exports.export import LAYOUTS, export_corpus
from speechrnn.corpora.prepare import PreparedCorpus, prepare_corpus
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]
SPEAKERS = ["bo", "bo-b", "bo.", "a", "Zoë"]  # names that sort otherwise with a hyphen behind them than without


@pytest.fixture
def prepare(tmp_path: Path, write_wav: WriteWav) -> Callable[..., PreparedCorpus]:
    """Prepare a table of records; sound of 3 s is made for each file it names."""

    def make(records: list[dict[str, Any]]) -> PreparedCorpus:
        for record in records:
            if not (tmp_path / "in" / record["audio"]).exists():
                write_wav(tmp_path / "in" / record["audio"], seconds=3.0, num_channels=record.get("channels", 1))
        table = tmp_path / "in" / f"table{len(records)}.jsonl"
        table.write_text("\n".join(map(json.dumps, records)))
        prepared = prepare_corpus(CorpusConfig(name="folder", path=str(table)), tmp_path / "data")
        assert not list(prepared.set_aside)
        return prepared

    return make


@pytest.fixture
def whole(prepare: Callable[..., PreparedCorpus]) -> PreparedCorpus:
    """Whole files by speakers, two each."""
    return prepare(
        [
            {"audio": f"take {n}/{speaker}.wav", "text": f"says  {n}\tété", "speaker": speaker, "split": split}
            for split in ("train", "dev")
            for speaker in SPEAKERS
            for n in (split, f"{split}2")
        ]
    )


@pytest.fixture
def parts(prepare: Callable[..., PreparedCorpus]) -> PreparedCorpus:
    """Parts of two long files, and no speakers."""
    return prepare(
        [
            {"audio": f"{name}.wav", "text": f"part {n}", "start": n / 7, "end": n / 7 + 0.25, "split": split}
            for split in ("train", "dev")
            for name in (f"{split}-b", f"{split}-a")
            for n in range(9)
        ]
    )


def supervisions(prepared: PreparedCorpus, split: str) -> list[dict[str, Any]]:
    with gzip.open(prepared.directory / f"folder_supervisions_{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def content(prepared: PreparedCorpus) -> set[tuple[Any, ...]]:
    """What an export and an import must not change; names they may."""
    files: dict[str, str] = {}
    for split in prepared.splits:
        with gzip.open(prepared.directory / f"folder_recordings_{split}.jsonl.gz", "rt") as lines:
            files |= {(split, r["id"]): r["sources"][0]["source"] for r in map(json.loads, lines)}
    return {
        (
            split,
            files[split, s["recording_id"]],
            round(s["start"], 6),
            round(s["duration"], 6),
            " ".join(s["text"].split()),
        )
        for split in prepared.splits
        for s in supervisions(prepared, split)
    }


def columns(path: Path) -> list[list[str]]:
    return [line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("corpus", ["whole", "parts"])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_what_is_exported_is_prepared_again_to_the_same(
    request: pytest.FixtureRequest, tmp_path: Path, corpus: str, layout: str
) -> None:
    before: PreparedCorpus = request.getfixturevalue(corpus)
    counts = export_corpus(before, layout, tmp_path / "out")
    assert counts == {split: summary["utterances"] for split, summary in before.info["splits"].items()}
    after = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "out")), tmp_path / "again")
    assert not list(after.set_aside)
    assert content(after) == content(before)
    assert after.info["splits"] == before.info["splits"]


def test_kaldi_directories_are_sorted_as_its_own_check_wants_them(whole: PreparedCorpus, tmp_path: Path) -> None:
    """The rules of utils/validate_data_dir.sh, spelled out."""
    export_corpus(whole, "kaldi", tmp_path / "out")
    for split in ("train", "dev"):
        folder = tmp_path / "out" / split
        tables = {file.name: columns(file) for file in folder.iterdir()}
        assert set(tables) == {"wav.scp", "text", "utt2spk", "spk2utt", "reco2dur"}
        for table in tables.values():
            keys = [key.encode() for key, _ in table]
            assert keys == sorted(set(keys))
        names = [key for key, _ in tables["utt2spk"]]
        assert len(names) == 2 * len(SPEAKERS)
        assert names == [key for key, _ in tables["text"]] == [key for key, _ in tables["wav.scp"]]
        speakers = [speaker.encode() for _, speaker in tables["utt2spk"]]
        assert speakers == sorted(speakers)
        assert all(name.startswith(f"{speaker}-") for name, speaker in tables["utt2spk"])
        assert {(name, speaker) for speaker, said in tables["spk2utt"] for name in said.split()} == {
            (name, speaker) for name, speaker in tables["utt2spk"]
        }


def test_lhotse_reads_the_kaldi_export_to_the_same_times(parts: PreparedCorpus, tmp_path: Path) -> None:
    export_corpus(parts, "kaldi", tmp_path / "out")
    recordings, found, _ = load_kaldi_data_dir(tmp_path / "out" / "train", sampling_rate=8000)
    wanted = {s["id"]: (s["start"], s["duration"], s["text"]) for s in supervisions(parts, "train")}
    assert {
        s.id: (pytest.approx(s.start, abs=1e-6), pytest.approx(s.duration, abs=1e-6), s.text) for s in found
    } == wanted
    assert {recording.duration for recording in recordings} == {3.0}
    assert len(recordings) == 2


def test_a_speaker_that_nobody_knows_is_named_like_the_utterance(
    prepare: Callable[..., PreparedCorpus], tmp_path: Path
) -> None:
    prepared = prepare(
        [
            {"audio": f"{n}-x.wav", "text": "word", "speaker": "ann" if n % 2 else None, "split": split}
            for n, split in enumerate(["train"] * 4 + ["dev"] * 2)
        ]
    )
    export_corpus(prepared, "kaldi", tmp_path / "out")
    assert columns(tmp_path / "out" / "train" / "utt2spk") == [
        ["0_x", "0_x"],
        ["2_x", "2_x"],
        ["ann-1-x", "ann"],
        ["ann-3-x", "ann"],
    ]


@pytest.mark.parametrize(
    ("name", "channels", "wanted"),
    [
        ("a b.wav", 1, "{path}"),
        ("a b.wav", 2, "sox '{path}' -t wav -b 16 -c 1 - |"),
        ("a b.flac", 1, "flac -c -d -s '{path}' |"),
        ("a.ogg", 1, "sox {path} -t wav -b 16 -c 1 - |"),
    ],
)
def test_what_is_no_mono_wav_gets_a_command_that_makes_one(
    prepare: Callable[..., PreparedCorpus], tmp_path: Path, name: str, channels: int, wanted: str
) -> None:
    sound = np.full((8000, channels), 0.1)
    (tmp_path / "in").mkdir()
    for split in ("train", "dev"):
        soundfile.write(tmp_path / "in" / f"{split}-{name}", sound, 8000, format="OGG" if "ogg" in name else None)
    prepared = prepare([{"audio": f"{split}-{name}", "text": "x", "split": split} for split in ("train", "dev")])
    export_corpus(prepared, "kaldi", tmp_path / "out")
    ((_, found),) = columns(tmp_path / "out" / "train" / "wav.scp")
    assert found == wanted.format(path=tmp_path / "in" / f"train-{name}")
    again = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "out")), tmp_path / "again")
    assert content(again) == content(prepared)


def test_each_side_of_a_call_is_a_recording_to_kaldi(tmp_path: Path, write_wav: WriteWav) -> None:
    for split in ("train", "dev"):
        call = write_wav(tmp_path / "in" / f"{split}.wav", num_channels=2)
        (tmp_path / "in" / split).mkdir()
        (tmp_path / "in" / split / "wav.scp").write_text(
            f"a sph2pipe -f wav -c 1 {call} |\nb sph2pipe -f wav -c 2 {call} |\n"
        )
        lines = [f"{split}{side}{n} {side} 0.0{n} 0.0{n + 5}\n" for side in "ab" for n in range(2)]
        (tmp_path / "in" / split / "segments").write_text("".join(lines))
        (tmp_path / "in" / split / "text").write_text("".join(f"{line.split()[0]} hello\n" for line in lines))
    prepared = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "in")), tmp_path / "data")
    assert not list(prepared.set_aside)
    export_corpus(prepared, "kaldi", tmp_path / "out")
    path = tmp_path / "in" / "train.wav"
    assert columns(tmp_path / "out" / "train" / "wav.scp") == [
        ["traina0-1", f"sox {path} -t wav -b 16 - remix 1 |"],
        ["traina0-2", f"sox {path} -t wav -b 16 - remix 2 |"],
    ]
    again = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "out")), tmp_path / "again")
    assert content(again) == content(prepared)
    sides = {s["id"]: s["custom"] for s in supervisions(prepared, "train")}
    assert {s["id"]: s["custom"] for s in supervisions(again, "train")} == sides
    assert sorted(side["channel"] for side in sides.values()) == [0, 0, 1, 1]
    with pytest.raises(CorpusError, match="channel 0 is meant, which NeMo cannot be told"):
        export_corpus(prepared, "nemo", tmp_path / "nemo")


def test_names_that_would_become_one_are_refused(prepare: Callable[..., PreparedCorpus], tmp_path: Path) -> None:
    prepared = prepare(
        [{"audio": f"{name}.wav", "text": name, "split": "train"} for name in ("a b", "a_b")]
        + [{"audio": "c.wav", "text": "c", "split": "dev"}]
    )
    with pytest.raises(CorpusError, match="text: a_b would stand for both 'a b' and 'a_b'; rename one"):
        export_corpus(prepared, "kaldi", tmp_path / "out")


def test_speakers_that_would_become_one_are_refused(prepare: Callable[..., PreparedCorpus], tmp_path: Path) -> None:
    prepared = prepare(
        [{"audio": f"{name}.wav", "text": name, "speaker": name, "split": "train"} for name in ("ann b", "ann-b")]
        + [{"audio": "c.wav", "text": "c", "split": "dev"}]
    )
    with pytest.raises(CorpusError, match="speakers: ann_b would stand for both 'ann b' and 'ann-b'; rename one"):
        export_corpus(prepared, "kaldi", tmp_path / "out")


def test_nemo_gets_an_offset_only_for_parts(whole: PreparedCorpus, parts: PreparedCorpus, tmp_path: Path) -> None:
    export_corpus(whole, "nemo", tmp_path / "whole")
    export_corpus(parts, "nemo", tmp_path / "parts")
    first = json.loads((tmp_path / "whole" / "train_manifest.json").read_text(encoding="utf-8").splitlines()[0])
    assert first == {
        "audio_filepath": str(tmp_path / "in" / "take train" / "bo.wav"),
        "duration": 3.0,
        "text": "says  train\tété",
        "id": "take train/bo",
        "speaker": "bo",
    }
    lines = (tmp_path / "parts" / "train_manifest.json").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["offset"] for line in lines] == [s["start"] for s in supervisions(parts, "train")]


def test_a_folder_that_holds_something_is_left_alone(whole: PreparedCorpus, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "text").write_text("mine")
    with pytest.raises(UsageError, match=r"out: holds something already; wanted a new or empty folder"):
        export_corpus(whole, "kaldi", tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["text"]


def test_sound_in_archives_is_refused(tmp_path: Path, write_wav: WriteWav) -> None:
    for split in ("train", "dev"):
        with tarfile.open(tmp_path / f"{split}.tar", "w:") as tar:
            tar.add(write_wav(tmp_path / "x.wav"), f"{split}.wav")
            info = tarfile.TarInfo(f"{split}.txt")
            info.size = 4
            tar.addfile(info, io.BytesIO(b"said"))
    prepared = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path), format="webdataset"), tmp_path / "data")
    with pytest.raises(CorpusError, match="lies in an archive; unpack it"):
        export_corpus(prepared, "nemo", tmp_path / "out")
