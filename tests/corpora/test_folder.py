import gzip
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.folder import list_utterances
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance, fault_of
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

WriteWav = Callable[..., Path]


def config(path: Path) -> CorpusConfig:
    return CorpusConfig(name="folder", path=str(path))


@pytest.fixture
def talks(tmp_path: Path, write_wav: WriteWav) -> Path:
    """Twelve recordings with transcripts, in nested folders."""
    root = tmp_path / "talks"
    for number in range(12):
        write_wav(root / "day one" / f"room{number % 3}" / f"{number}.wav", seconds=0.5)
        (root / "day one" / f"room{number % 3}" / f"{number}.txt").write_text(f"word {number}\n")
    return root


def test_a_directory_joins_audio_with_the_text_beside_it_in_all_subfolders(talks: Path) -> None:
    listing = list_utterances(talks, config(talks))
    assert {u.utterance_id: u.text for u in listing.utterances}["day one/room1/4"] == "word 4"
    assert listing.num_utterances == len(list(listing.utterances)) == 12
    assert listing.problems == ()


def test_audio_without_text_and_text_without_audio_are_named(talks: Path, write_wav: WriteWav) -> None:
    write_wav(talks / "mute.wav")
    (talks / "deaf.txt").write_text("nobody said this")
    (talks / "latin.txt").write_bytes(b"caf\xe9")
    write_wav(talks / "latin.wav")
    (talks / "README.txt").write_text("about these recordings")
    listing = list_utterances(talks, config(talks))
    assert {(p.utterance_id, p.kind) for p in map(fault_of, listing.utterances) if p is not None} == {
        ("mute", "missing_text"),
        ("deaf", "missing_audio"),
        ("latin", "missing_text"),
    }


def test_a_transcript_of_several_lines_is_joined_and_a_byte_order_mark_dropped(talks: Path) -> None:
    (talks / "day one" / "room0" / "0.txt").write_bytes("\ufeffone two\r\n three\r\n".encode())
    assert {u.utterance_id: u.text for u in list_utterances(talks, config(talks)).utterances}[
        "day one/room0/0"
    ] == "one two three"


def test_top_folders_named_like_splits_are_the_split(talks: Path) -> None:
    (talks / "day one" / "room0").rename(talks / "test")
    (talks / "day one" / "room1").rename(talks / "dev")
    (talks / "day one" / "room2").rename(talks / "train")
    assert {(u.utterance_id.split("/")[0], u.split) for u in list_utterances(talks, config(talks)).utterances} == {
        ("test", "test"),
        ("dev", "dev"),
        ("train", "train"),
    }


def test_a_directory_without_sound_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("alone")
    with pytest.raises(CorpusError, match=r"holds no sound file with a transcript .*first fault is .*a\.txt"):
        list_utterances(tmp_path, config(tmp_path))


def test_a_table_resolves_audio_against_its_own_folder(talks: Path) -> None:
    table = talks / "lists" / "all.csv"
    table.parent.mkdir()
    absolute = talks / "day one" / "room1" / "1.wav"
    table.write_text(f"audio,text\n../day one/room0/0.wav,zero\n{absolute},one\n..\\day one\\room2\\2.wav,two\n")
    listing = list_utterances(table, config(table))
    assert [u.path for u in listing.utterances] == [
        talks / "day one" / f"room{number}" / f"{number}.wav" for number in range(3)
    ]


def test_parts_of_one_file_are_prepared_with_their_times(talks: Path, write_wav: WriteWav, tmp_path: Path) -> None:
    write_wav(talks / "long.wav", seconds=10.0)
    table = talks / "parts.jsonl"
    rows = [
        {"audio": "long.wav", "text": f"part {n}", "start": n, "end": n + 0.75, "speaker": f"s{n}"} for n in range(9)
    ]
    table.write_text("\n".join(json.dumps(row) for row in rows))
    prepared = prepare_corpus(config(table), tmp_path)
    assert list(prepared.set_aside) == []
    found = {}
    for split in prepared.splits:
        with gzip.open(prepared.directory / f"folder_supervisions_{split}.jsonl.gz", "rt") as lines:
            found |= {item["id"]: (item["start"], item["duration"], item["text"]) for item in map(json.loads, lines)}
        with gzip.open(prepared.directory / f"folder_recordings_{split}.jsonl.gz", "rt") as lines:
            assert [json.loads(line)["duration"] for line in lines] == [10.0]  # one file, listed once a split
    assert found == {f"long@{n:.3f}": (float(n), 0.75, f"part {n}") for n in range(9)}


def test_a_part_past_the_end_and_a_missing_file_are_set_aside(talks: Path, tmp_path: Path) -> None:
    table = talks / "bad.csv"
    lines = [f"day one/room{number % 3}/{number}.wav,word,," for number in range(12)]
    table.write_text(
        "audio,text,start,end\n" + "\n".join(lines) + "\nday one/room0/0.wav,late,0.1,7\nnone.wav,gone,,\n"
    )
    prepared = prepare_corpus(config(table), tmp_path)
    assert {(p.utterance_id, p.kind) for p in prepared.set_aside} == {
        ("day one/room0/0@0.100", "outside_audio"),
        ("none", "missing_audio"),
    }


def test_two_folders_of_one_name_do_not_share_manifests(talks: Path, tmp_path: Path, write_wav: WriteWav) -> None:
    other = tmp_path / "other" / "talks"
    for number in range(3):
        write_wav(other / f"{number}.wav")
        (other / f"{number}.txt").write_text("a")
    first, second = prepare_corpus(config(talks), tmp_path), prepare_corpus(config(other), tmp_path)
    assert first.directory != second.directory
    assert first.directory.name.startswith("talks-")


def test_a_folder_whose_content_changed_is_prepared_again(talks: Path, tmp_path: Path) -> None:
    first = prepare_corpus(config(talks), tmp_path)
    assert prepare_corpus(config(talks), tmp_path).info == first.info
    (talks / "day one" / "room0" / "0.wav").unlink()
    (talks / "day one" / "room0" / "0.txt").unlink()
    second = prepare_corpus(config(talks), tmp_path)
    assert sum(split["utterances"] for split in second.info["splits"].values()) == 11


def test_a_table_that_was_edited_is_prepared_again(talks: Path, tmp_path: Path) -> None:
    table = talks / "all.csv"
    lines = [f"day one/room{number % 3}/{number}.wav,word" for number in range(12)]
    table.write_text("audio,text\n" + "\n".join(lines))
    prepare_corpus(config(table), tmp_path)
    table.write_text("audio,text\n" + "\n".join(lines[:-1]))
    again = prepare_corpus(config(table), tmp_path)
    assert sum(split["utterances"] for split in again.info["splits"].values()) == 11


def test_transcripts_of_another_encoding_are_named_or_read(tmp_path: Path, write_wav: WriteWav) -> None:
    for number in range(4):
        write_wav(tmp_path / "talks" / f"{number}.wav")
        (tmp_path / "talks" / f"{number}.txt").write_bytes("où".encode("utf-16" if number % 2 else "cp1252"))
    (refused, *_), found = split_items(tmp_path / "talks")
    assert (refused.utterance_id, refused.kind) == ("0", "missing_text")
    assert "not UTF-8 text; as Windows-1252 the line is 'où'" in refused.reason
    assert [one.text for one in found] == ["où", "où"]
    problems, found = split_items(tmp_path / "talks", encoding="cp1252")
    assert [one.text for one in found] == ["où"] * 4  # a byte order mark is believed before the name
    assert not problems


def test_a_name_whose_accents_are_composed_otherwise_on_the_disk_is_found(tmp_path: Path, write_wav: WriteWav) -> None:
    names = [unicodedata.normalize("NFD", f"été {number}.wav") for number in range(3)]
    for name in names:
        write_wav(tmp_path / name)
    lines = "".join(unicodedata.normalize("NFC", f"{name},hi\n") for name in names)
    (tmp_path / "table.csv").write_text(f"audio,text\n{lines}", encoding="utf-8")
    problems, found = split_items(tmp_path / "table.csv")
    assert not problems
    assert [one.path.name for one in found] == names
    assert [one.utterance_id for one in found] == [f"été {number}" for number in range(3)]


def test_transcripts_beside_the_recordings_come_before_a_table(talks: Path) -> None:
    (talks / "table.csv").write_text("audio,text\nday one/room0/0.wav,from the table\n")
    assert len(split_items(talks)[1]) == 12
    for transcript in talks.rglob("*.txt"):
        transcript.unlink()
    assert [one.text for one in split_items(talks)[1]] == ["from the table"]
    (talks / "other.csv").write_text("audio,text\n")
    with pytest.raises(CorpusError, match="holds no sound file with a transcript"):
        split_items(talks)


def split_items(source: Path, **settings: str) -> tuple[list[Problem], list[Utterance]]:
    items = list(list_utterances(source, CorpusConfig(name="folder", path=str(source), **settings)).utterances)
    good = [item for item in items if isinstance(item, Utterance) and not item.faults]
    return [fault for item in items if (fault := fault_of(item)) is not None], good
