import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Doubt
from speechrnn.errors import CorpusError
from speechrnn.recipe import CorpusConfig

WriteTable = Callable[[list[tuple[str, str, str]]], CorpusConfig]


@pytest.fixture
def table(tmp_path: Path) -> WriteTable:
    """Write a table of (name, split, speaker), and noise that differs from name to name."""

    def write(rows: list[tuple[str, str, str]]) -> CorpusConfig:
        for number, (name, _, _) in enumerate(rows):
            if not (tmp_path / name).exists():
                soundfile.write(tmp_path / name, np.random.default_rng(number).uniform(-0.1, 0.1, 4000), 8000)
        lines = ["audio,text,split,speaker"] + [f"{name},eins zwei,{split},{speaker}" for name, split, speaker in rows]
        (tmp_path / "mine.csv").write_text("\n".join(lines) + "\n")
        return CorpusConfig(name="folder", path=str(tmp_path / "mine.csv"))

    return write


def leaks(config: CorpusConfig, data: Path) -> list[tuple[str, str, bool]]:
    found = [item for item in validate_corpus(config, data) if isinstance(item, Doubt)]
    return [(doubt.kind, Path(doubt.path).name, doubt.is_refused) for doubt in found if doubt.kind.startswith("same_")]


def with_leak(config: CorpusConfig, **changes: Any) -> CorpusConfig:
    return CorpusConfig(name=config.name, path=config.path, **changes)


def test_a_speaker_of_train_and_test_is_refused_until_it_is_allowed(table: WriteTable, tmp_path: Path) -> None:
    config = table([("a.wav", "train", "ann"), ("b.wav", "dev", "bob"), ("c.wav", "test", "ann")])
    assert leaks(config, tmp_path) == [("same_speaker", "c.wav", True)]
    with pytest.raises(CorpusError, match=r"share 1 same_speaker; .*c\.wav: speaker 'ann' speaks in train too.*a\.wav"):
        prepare_corpus(config, tmp_path)
    assert not list(tmp_path.rglob("corpus.json"))
    allowed = with_leak(config, allow_leak=True)
    assert leaks(allowed, tmp_path) == [("same_speaker", "c.wav", False)]
    assert prepare_corpus(allowed, tmp_path).splits == ("train", "dev", "test")


def test_what_was_prepared_with_leave_is_still_refused_without(table: WriteTable, tmp_path: Path) -> None:
    config = table([("a.wav", "train", "ann"), ("b.wav", "dev", "bob"), ("c.wav", "test", "ann")])
    first = prepare_corpus(with_leak(config, allow_leak=True), tmp_path)
    with pytest.raises(CorpusError, match=r"share 1 same_speaker"):
        prepare_corpus(config, tmp_path)
    assert prepare_corpus(with_leak(config, allow_leak=True), tmp_path) == first


def test_dev_may_share_speakers_with_either_side(table: WriteTable, tmp_path: Path) -> None:
    rows = [("a.wav", "train", "ann"), ("b.wav", "dev", "ann"), ("c.wav", "test", "bob"), ("d.wav", "dev", "bob")]
    config = table(rows)
    assert leaks(config, tmp_path) == []
    assert "leaks" not in prepare_corpus(config, tmp_path).info


def test_a_corpus_of_one_speaker_cannot_keep_speakers_apart(table: WriteTable, tmp_path: Path) -> None:
    config = table([("a.wav", "train", "me"), ("b.wav", "dev", "me"), ("c.wav", "test", "me")])
    assert leaks(config, tmp_path) == []


def test_a_draw_among_two_speakers_must_share_them_and_is_not_refused(table: WriteTable, tmp_path: Path) -> None:
    config = table([(f"{number}.wav", "", "ab"[number % 2]) for number in range(20)])
    found = leaks(config, tmp_path)
    assert {(kind, refused) for kind, _, refused in found} == {("same_speaker", False)}
    assert prepare_corpus(config, tmp_path).splits == ("train", "dev", "test")


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_the_same_sound_in_train_and_test_is_refused_whatever_it_is_called(
    table: WriteTable, tmp_path: Path, form: str
) -> None:
    samples = (np.random.default_rng(9).uniform(-0.1, 0.1, 4000) * 32768).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    soundfile.write(tmp_path / f"twin.{form}", samples, 8000)
    config = table([("a.wav", "train", ""), ("b.wav", "dev", ""), (f"twin.{form}", "test", ""), ("d.wav", "test", "")])
    assert leaks(config, tmp_path) == [("same_audio", f"twin.{form}", True)]
    with pytest.raises(CorpusError, match=r"share 1 same_audio; .*the same sound is in train, as .*a\.wav"):
        prepare_corpus(config, tmp_path)


def test_parts_of_one_recording_are_the_same_sound_only_where_they_begin_and_end_alike(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.wav", np.random.default_rng(0).uniform(-0.1, 0.1, 32000), 8000)
    parts = [("train", 0, 1), ("dev", 1, 2), ("test", 2, 3), ("test", 0, 1.5)]
    again = ("test", 0, 1)
    for rows, expected in ((parts, []), ([*parts, again], [("same_audio", "long.wav", True)])):
        lines = [
            {"id": str(number), "audio": "long.wav", "text": "eins", "split": split, "start": start, "end": end}
            for number, (split, start, end) in enumerate(rows)
        ]
        (tmp_path / "mine.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
        assert leaks(CorpusConfig(name="folder", path=str(tmp_path / "mine.jsonl")), tmp_path) == expected


def test_silence_is_no_leak(table: WriteTable, tmp_path: Path) -> None:
    for name in ("a.wav", "c.wav"):
        soundfile.write(tmp_path / name, np.zeros(4000), 8000)
    assert leaks(table([("a.wav", "train", ""), ("b.wav", "dev", ""), ("c.wav", "test", "")]), tmp_path) == []


def test_a_published_split_that_shares_speakers_is_told_and_prepared(fsdd: Path) -> None:
    config = CorpusConfig(name="fsdd")
    assert [(kind, refused) for kind, _, refused in leaks(config, fsdd)] == [("same_speaker", False)] * 3
    assert "test" in prepare_corpus(config, fsdd).splits
    assert leaks(CorpusConfig(name="fsdd", leave_out="bob"), fsdd) == []


def test_a_copy_across_a_published_split_is_refused(fsdd: Path) -> None:
    recordings = fsdd / "free-spoken-digit-dataset-master" / "recordings"
    (recordings / "7_ann_3.wav").write_bytes((recordings / "7_ann_8.wav").read_bytes())
    with pytest.raises(CorpusError, match=r"share 1 same_audio; .*7_ann_3\.wav"):
        prepare_corpus(CorpusConfig(name="fsdd"), fsdd)
