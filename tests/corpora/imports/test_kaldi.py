import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.corpora.imports.kaldi import list_kaldi
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

Touch = Callable[..., Path]
Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


def write(folder: Path, **tables: str) -> Path:
    """Write tables; a dot in a name is spelled with an underscore."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tables.items():
        (folder / name.replace("wav_", "wav.")).write_text(content, encoding="utf-8", errors="surrogateescape")
    return folder


def test_recordings_without_segments_are_utterances(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav")
    folder = write(
        tmp_path / "data",
        wav_scp=f"ann-1 {tmp_path}/a.wav\nben-1 {tmp_path}/b c.flac\nlone {tmp_path}/d.wav\n",
        text="ann-1 turn the  light on\nben-1 été\nlone  off \n",
        utt2spk="ann-1 ann\nben-1 ben\nlone lone\n",
        utt2lang="ann-1 en\nben-1 fr\n",
    )
    utterances, problems = listed(folder)
    assert not problems
    assert [(one.utterance_id, one.text, one.speaker, one.language) for one in utterances] == [
        ("ann-1", "turn the  light on", "ann", "en"),
        ("ben-1", "été", "ben", "fr"),
        ("lone", "off", None, None),
    ]
    assert [one.path for one in utterances] == [tmp_path / name for name in ("a.wav", "b c.flac", "d.wav")]
    assert {(one.start_seconds, one.duration_seconds) for one in utterances} == {(0.0, None)}


def test_segments_cut_recordings_and_an_end_of_minus_one_is_that_of_the_file(tmp_path: Path, listed: Listed) -> None:
    folder = write(
        tmp_path,
        wav_scp="rec1 /d/1.wav\nrec2 sph2pipe -f wav -p -c 1 /d/2.sph |\n",
        segments="u1 rec2 0.5 2.25\nu2 rec1 10.01 12.345\nu3 rec1 20 -1\n",
        text="u1 one\nu2 two\nu3 three\n",
    )
    utterances, problems = listed(folder)
    assert not problems
    assert [(one.utterance_id, str(one.path), one.start_seconds, one.duration_seconds) for one in utterances] == [
        ("u1", "/d/2.sph", 0.5, 1.75),
        ("u2", "/d/1.wav", 10.01, 2.335),
        ("u3", "/d/1.wav", 20.0, None),
    ]


def test_what_has_no_partner_or_is_a_command_is_named(tmp_path: Path, listed: Listed) -> None:
    folder = write(
        tmp_path,
        wav_scp="a /d/a.wav\nb sox /d/b.wav -t wav - speed 1.1 |\nc /d/c.wav\nd /d/raw.ark:13\n",
        text="a one\nb two\nd four\ne five\n",
    )
    utterances, problems = listed(folder)
    assert [one.utterance_id for one in utterances] == ["a"]
    assert [(one.utterance_id, one.kind) for one in problems] == [
        ("b", "unreadable_audio"),
        ("c", "missing_text"),
        ("d", "unreadable_audio"),
        ("e", "missing_audio"),
    ]
    assert "commands are not run: 'sox /d/b.wav -t wav - speed 1.1 |'; write its output to a file" in problems[0].reason
    assert "'/d/raw.ark:13' is not the name of a sound file" in problems[2].reason


def test_a_segment_of_a_recording_that_is_not_there_is_named(tmp_path: Path, listed: Listed) -> None:
    folder = write(tmp_path, wav_scp="r /d/1.wav\n", segments="u1 r 0 1\nu2 x 0 1\n", text="u1 a\nu2 b\nu3 c\n")
    _, problems = listed(folder)
    assert [(one.utterance_id, one.kind, one.reason) for one in problems] == [
        ("u2", "missing_audio", "wav.scp has no line for its recording x"),
        ("u3", "missing_audio", "segments has no line for this id"),
    ]


@pytest.mark.parametrize("name", ["s5/data/train", "data", ""])
def test_relative_paths_are_found_from_where_kaldi_s_scripts_run(
    tmp_path: Path, touch: Touch, listed: Listed, name: str
) -> None:
    touch(tmp_path / "s5" / "audio" / "a.wav", tmp_path / "audio" / "a.wav")
    folder = write(tmp_path / name, wav_scp="a audio/a.wav\n", text="a one\n")
    (found,), _ = listed(folder)
    root = tmp_path / "s5" if name.startswith("s5") else tmp_path
    assert found.path == root / "audio" / "a.wav"


def test_data_directories_side_by_side_are_the_splits_of_their_names(tmp_path: Path, listed: Listed) -> None:
    for name in ("train_si284", "test_dev93", "test_eval92"):
        write(tmp_path / name, wav_scp=f"{name} /d/a.wav\n", text=f"{name} one\n")
    write(tmp_path / "lang")
    assert [(one.utterance_id, one.split) for one in listed(tmp_path)[0]] == [
        ("test_dev93", "dev"),
        ("test_eval92", "test"),
        ("train_si284", "train"),
    ]
    assert [one.utterance_id for one in listed(tmp_path, parts=("train_si284", "test_eval92"))[0]] == [
        "train_si284",
        "test_eval92",
    ]
    write(tmp_path / "train_sp", wav_scp="x /d/a.wav\n", text="x one\n")
    with pytest.raises(UsageError, match=r"train_si284, train_sp; name those to take, as in parts="):
        listed(tmp_path)


@pytest.mark.parametrize(
    ("tables", "wanted"),
    [
        (
            {"segments": "u1 r 1\n"},
            [("segments:1", "'u1 r 1'; wanted UTTERANCE RECORDING START END, times in seconds")],
        ),
        ({"segments": "u1\n"}, [("segments:1", "'u1 '; wanted UTTERANCE RECORDING START END, times in seconds")]),
        ({"segments": "u1 r 2 1\n"}, [("segments:1", "'u1 r 2 1'; wanted")]),
        ({"segments": "u1 r nan 1\n"}, [("segments:1", "'u1 r nan 1'; wanted")]),
        ({"segments": "u1 r 0 1 1\n"}, [("segments:1", "'u1 r 0 1 1'; wanted")]),
        ({"segments": "u1 x 1 0\n"}, [("segments:1", "'u1 x 1 0'; wanted")]),
        ({"text": "u1 a\nu1 b\n"}, [("text:2", "u1 has a line already, line 1; keep one of them")]),
        ({"text": "u1 b\nu0 c\nu1 a\n"}, [("text:3", "u1 has a line already, line 1; keep one of them")]),
        ({"text": "u1 caf\udce9\n"}, [("text:1", "its transcript cannot be read: not UTF-8 text; as Windows")]),
        ({"segments": "u1 r 0 1 caf\udce9\n"}, [("segments:1", "not UTF-8 text; as Windows")]),
        (
            {"segments": "u1 r 1 0\n", "text": "u1 a\nu1 b\n", "wav_scp": "r x.ark:1\n", "utt2spk": "u1 a\nu1 b\n"},
            [
                ("segments:1", "'u1 r 1 0'; wanted"),
                ("wav.scp:1", "'x.ark:1' is not the name of a sound file"),
                ("text:2", "u1 has a line already"),
                ("utt2spk:2", "u1 has a line already"),
            ],
        ),
    ],
)
def test_a_line_that_is_not_kaldi_s_is_named_and_the_others_go_on(
    tmp_path: Path, listed: Listed, tables: dict[str, str], wanted: list[tuple[str, str]]
) -> None:
    usual = {"wav_scp": "r /d/1.wav\n", "text": "u1 one\n", "segments": "u1 r 0 1\n"}
    good = {"wav_scp": "s /d/2.wav\n", "text": "u2 two\n", "segments": "u2 s 0 1\n"}
    lines = {name: text + good.get(name, "") for name, text in (usual | tables).items()}
    folder = write(tmp_path, **lines)
    utterances, problems = listed(folder)
    assert [one.utterance_id for one in utterances] == ["u2"]
    (problem,) = (one for one in problems if one.utterance_id == "u1")
    found = [*problem.each()]
    assert [one.where for one in found] == [f"{folder}/{place}" for place, _ in wanted]
    assert [one.reason[: len(reason)] for one, (_, reason) in zip(found, wanted, strict=True)] == [r for _, r in wanted]


def test_a_key_that_is_no_text_can_be_written_down(tmp_path: Path, listed: Listed) -> None:
    folder = write(tmp_path, wav_scp="a /d/a.wav\ncaf\udce9 /d/b.wav\n", text="a one\ncaf\udce9 two\n")
    (found,), (problem,) = listed(folder)
    assert found.utterance_id == "a"
    for one in problem.each():
        assert one.utterance_id == "caf\\udce9"
        assert json.dumps(one.to_dict(), ensure_ascii=False).encode()
    assert {one.where for one in problem.each()} == {f"{folder}/wav.scp:2", f"{folder}/text:2"}


def test_a_directory_without_transcripts_says_so(tmp_path: Path, listed: Listed) -> None:
    with pytest.raises(CorpusError, match=r"text: cannot be read \(No such file"):
        listed(write(tmp_path, wav_scp="a /d/a.wav\n"))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6), unique=True, max_size=9))
def test_the_order_of_the_lines_changes_nothing(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    """Python's order of text is the order of its UTF-8 bytes, Kaldi's LC_ALL=C."""
    folder = tmp_path_factory.getbasetemp() / "unsorted"
    write(
        folder,
        wav_scp="".join(f"{name} /d/{number}.wav\n" for number, name in enumerate(ids)),
        text="".join(f"{name} said {number}\n" for number, name in reversed([*enumerate(ids)])),
    )
    found = list(list_kaldi(folder, CorpusConfig(name="folder")))
    by_bytes = sorted(ids, key=str.encode)
    assert [one.utterance_id for one in found] == by_bytes
    for one in found:
        assert isinstance(one, Utterance)
        assert (str(one.path), one.text) == (
            f"/d/{ids.index(one.utterance_id)}.wav",
            f"said {ids.index(one.utterance_id)}",
        )


def test_the_order_of_bytes_is_that_of_the_sort_command(tmp_path: Path) -> None:
    lines = ["Z", "a", "é", "ŋ", "a-b", "a_b", "aB", "𝄞", "～"]
    made = subprocess.run(
        ["sort"], input="\n".join(lines).encode(), capture_output=True, check=True, env={"LC_ALL": "C"}
    ).stdout
    assert made.decode().split() == sorted(lines)


def test_of_a_telephone_call_each_side_is_heard_alone(
    tmp_path: Path, write_wav: Callable[..., Path], listed: Listed
) -> None:
    call = write_wav(tmp_path / "call.wav", num_channels=2)
    folder = write(
        tmp_path,
        wav_scp=f"a sph2pipe -f wav -p -c 1 {call} |\nb sph2pipe -f wav -p -c 2 {call} |\nc {call}\n",
        segments="a1 a 0 0.1\nb1 b 0 0.1\nc1 c 0 0.1\n",
        text="a1 hello\nb1 who is it\nc1 both\n",
    )
    utterances, problems = listed(folder)
    assert not problems
    assert [(u.utterance_id, u.path, u.channel) for u in utterances] == [
        ("a1", call, 0),
        ("b1", call, 1),
        ("c1", call, None),
    ]
