from collections.abc import Callable
from pathlib import Path

import pytest

from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError

Touch = Callable[..., Path]
Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


def write(folder: Path, content: str, codec: str = "utf-8") -> Path:
    (folder / "metadata.csv").write_bytes(content.encode(codec))
    return folder


@pytest.mark.parametrize("place", ["wavs", "wav", "clips", "."])
@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_the_last_cell_is_the_transcript_of_the_recording_of_the_first(
    tmp_path: Path, touch: Touch, listed: Listed, place: str, suffix: str
) -> None:
    touch(*(tmp_path / place / f"LJ-{number}{suffix}" for number in (1, 2)))
    folder = write(tmp_path, 'LJ-1|In 1450,|In fourteen fifty,\nLJ-2|"Yes", he said|"Yes", he said\n')
    utterances, problems = listed(folder)
    assert not problems
    assert [(u.utterance_id, u.path, u.text) for u in utterances] == [
        ("LJ-1", tmp_path / place / f"LJ-1{suffix}", "In fourteen fifty,"),
        ("LJ-2", tmp_path / place / f"LJ-2{suffix}", '"Yes", he said'),
    ]


def test_names_may_have_their_suffix_and_folder(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "wavs" / "a.wav", tmp_path / "wavs" / "b.wav")
    utterances, _ = listed(write(tmp_path, "wavs/a.wav|one\nwavs/b.wav|two\n"))
    assert [(u.utterance_id, u.path.name, u.text) for u in utterances] == [
        ("wavs/a", "a.wav", "one"),
        ("wavs/b", "b.wav", "two"),
    ]


def test_a_dot_in_a_name_is_no_suffix(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "wavs" / "v1.2.wav", tmp_path / "wavs" / "v1.3.wav")
    utterances, _ = listed(write(tmp_path, "v1.2|one\nv1.3|two\n"))
    assert [(u.utterance_id, u.path.name) for u in utterances] == [("v1.2", "v1.2.wav"), ("v1.3", "v1.3.wav")]


def test_a_recording_that_is_not_there_keeps_its_place(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "wavs" / "b.flac", tmp_path / "wavs" / "c.flac")
    utterances, _ = listed(write(tmp_path, "b|one\nx|two\nc|three\n"))
    assert [u.path for u in utterances] == [tmp_path / "wavs" / f"{name}.flac" for name in "bxc"]


def test_the_encoding_may_be_named(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "wavs" / "a.wav", tmp_path / "wavs" / "b.wav")
    folder = write(tmp_path, "a|où\nb|là\n", "cp1252")
    assert [u.text for u in listed(folder, encoding="cp1252")[0]] == ["où", "là"]
    with pytest.raises(CorpusError, match=r"metadata\.csv:1: not UTF-8 text"):
        listed(folder)


@pytest.mark.parametrize("place", [1, 6])
def test_a_line_that_cannot_be_read_is_named_and_the_others_go_on(
    tmp_path: Path, touch: Touch, listed: Listed, place: int
) -> None:
    touch(tmp_path / "wavs" / "a.wav")
    lines = [b"a|x"] * 9
    lines[place - 1 : place - 1] = [b"b, y", b"caf\xe9|x", b"|x"]
    (tmp_path / "metadata.csv").write_bytes(b"\n".join(lines))
    utterances, problems = listed(tmp_path)
    assert [one.utterance_id for one in utterances] == ["a"] * 9
    assert [(one.kind, one.where) for one in problems] == [
        ("bad_line", f"{tmp_path / 'metadata.csv'}:{place + number}") for number in range(3)
    ]
    assert [one.reason.split(": ")[0] for one in problems] == [
        "'b, y'; wanted NAME|TEXT, or NAME|TEXT|TEXT",
        "not UTF-8 text; as Windows-1252 the line is 'café|x'",
        "'|x'; wanted NAME|TEXT, or NAME|TEXT|TEXT",
    ]


def test_a_table_with_a_header_is_not_taken_for_one(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav", tmp_path / "b.wav")
    folder = write(tmp_path, "audio;text\na.wav;x | y\nb.wav;z\n")
    assert [u.text for u in listed(folder)[0]] == ["x | y", "z"]
