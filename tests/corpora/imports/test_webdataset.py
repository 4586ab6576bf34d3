"""Archives are made with tarfile in the layout of the `webdataset` package: members of a sample together, in order."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from speechrnn.audio import read_audio
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


def sound(seconds: float, form: str = "wav") -> bytes:
    file = io.BytesIO()
    samples = np.random.default_rng(round(seconds * 1000)).uniform(-0.1, 0.1, round(seconds * 8000))
    soundfile.write(file, samples, 8000, format=form, subtype="PCM_16")
    return file.getvalue()


def write(path: Path, members: dict[str, bytes | str], mode: str = "w:") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as tar:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def test_sound_and_text_of_one_name_are_an_utterance(tmp_path: Path, listed: Listed) -> None:
    about = {"text": "two", "speaker": 7, "language": "sw", "sampling_rate": 8000}
    path = write(
        tmp_path / "shard.tar",
        {
            "a.wav": sound(0.5),
            "a.txt": " one\n",
            "a.speaker.cls": "3",
            "sub/a.json": json.dumps(about),
            "sub/a.flac": sound(0.25, "flac"),
            "c.txt": "no sound",
            "d.wav": sound(0.3),
            "e.wav": sound(0.3),
            "e.json": '{"text": null}',
        },
    )
    utterances, problems = listed(path)
    assert [(u.utterance_id, u.text, u.speaker, u.language) for u in utterances] == [
        ("a", "one", None, None),
        ("sub/a", "two", "7", "sw"),
    ]
    assert [len(read_audio(u.path).samples) for u in utterances] == [4000, 2000]
    assert [(p.utterance_id, p.kind) for p in problems] == [
        ("c", "missing_audio"),
        ("d", "missing_text"),
        ("e", "missing_text"),
    ]


def test_shards_are_grouped_by_their_names_and_prepared_in_place(tmp_path: Path, listed: Listed) -> None:
    for place, (split, shards) in enumerate({"train": 3, "valid": 1, "test": 1}.items()):
        for shard in range(shards):
            samples = {f"{split}{shard}{n}.{kind}": value for n in range(2) for kind, value in pair(2 * place + n)}
            write(tmp_path / "wds" / f"{split}-{shard:06}.tar", samples)
    prepared = prepare_corpus(CorpusConfig(name="folder", path=str(tmp_path / "wds")), tmp_path / "data")
    assert {name: split["utterances"] for name, split in prepared.info["splits"].items()} == {
        "train": 6,
        "dev": 2,
        "test": 2,
    }
    assert not list(prepared.set_aside)
    assert {u.split for u in listed(tmp_path / "wds", parts=("valid",))[0]} == {"dev"}
    with pytest.raises(UsageError, match=r"no part 'dev'; .*There are test, train, valid"):
        listed(tmp_path / "wds", parts=("dev",))


def pair(number: int) -> list[tuple[str, bytes | str]]:
    return [("wav", sound(0.1 + number / 10)), ("txt", f"said {number}")]


def test_shards_in_folders_are_the_splits_of_the_folders(tmp_path: Path, listed: Listed) -> None:
    for name in ("train/000.tar", "train/001.tar", "dev/000.tar"):
        write(tmp_path / name, {f"{name[:-4]}.wav": sound(0.1), f"{name[:-4]}.txt": "said"})
    assert [(u.utterance_id, u.split) for u in listed(tmp_path)[0]] == [
        ("dev/000", "dev"),
        ("train/000", "train"),
        ("train/001", "train"),
    ]


@pytest.mark.parametrize(
    ("mode", "content", "reason"),
    [
        ("w:gz", {"a.wav": b"x", "a.txt": "x"}, r"a\.tar: cannot be read as an uncompressed tar archive"),
        ("w:", {"a.wav": b"x", "a.json": "{"}, r"the first fault is .*a\.tar: its \.json is not JSON"),
        ("w:", {"a.wav": b"x", "a.txt": b"\xff"}, r"fault is .*a\.tar: its member 'a\.txt' is not UTF-8 text"),
    ],
)
def test_an_archive_that_cannot_be_used_is_named(
    tmp_path: Path, listed: Listed, mode: str, content: dict[str, bytes | str], reason: str
) -> None:
    with pytest.raises(CorpusError, match=reason):
        listed(write(tmp_path / "a.tar", content, mode))


def test_a_sample_whose_texts_cannot_be_read_is_named_and_the_others_go_on(tmp_path: Path, listed: Listed) -> None:
    members = {
        "a.wav": b"x",
        "a.txt": b"\xff",
        "b.wav": b"x",
        "b.json": "{",
        "c.json": "{",
        "c.txt": "a\0b",
        "d.wav": b"x",
        "d.txt": "said",
        "e.wav": b"x",
        "e.txt": "said",
        "e.json": "{",
    }
    utterances, problems = listed(write(tmp_path / "a.tar", members))
    assert [one.utterance_id for one in utterances] == ["d"]
    assert [(one.utterance_id, [each.kind for each in one.each()]) for one in problems] == [
        ("a", ["missing_text"]),
        ("b", ["bad_line"]),
        ("c", ["bad_line", "missing_audio", "control_characters"]),
        ("e", ["bad_line"]),
    ]


def test_an_archive_of_something_else_is_not_taken_for_one(tmp_path: Path, listed: Listed) -> None:
    write(tmp_path / "backup.tar", {"report.doc": b"x"})
    with pytest.raises(CorpusError, match="holds no sound file with a transcript"):
        listed(tmp_path)
