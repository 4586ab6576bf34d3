import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pympi.Elan import Eaf
from pympi.Praat import TextGrid

from speechrnn.corpora.prepare import prepare_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

Touch = Callable[..., Path]
Listed = Callable[..., tuple[list[Utterance], list[Problem]]]


def write_eaf(path: Path, tiers: dict[str, list[tuple[int, int, str]]], media: str = "", origin: int = 0) -> Path:
    document = Eaf()
    for name, annotations in tiers.items():
        document.add_tier(name, part=name.partition("@")[2] or None)
        for start, end, text in annotations:
            document.add_annotation(name, start, end, text)
    document.remove_tier("default")
    if media:
        document.add_linked_file(media, relpath=f"./{media}", mimetype="audio/x-wav", time_origin=origin or None)
    document.to_file(str(path))
    return path


def write_textgrid(path: Path, tiers: dict[str, list[tuple[float, float, str]]]) -> Path:
    grid = TextGrid(xmin=0, xmax=20.0)
    for name, intervals in tiers.items():
        tier = grid.add_tier(name)
        for start, end, text in intervals:
            tier.add_interval(start, end, text)
    grid.to_file(str(path))
    return path


PHRASES = [(100 + 500 * number, 500 + 500 * number, f"phrase {number}") for number in range(12)]


@pytest.mark.parametrize("suffix", [".eaf", ".TextGrid"])
def test_one_recording_becomes_many_utterances_with_the_times_annotated(
    tmp_path: Path, write_wav: Callable[..., Path], suffix: str
) -> None:
    write_wav(tmp_path / "talk.wav", seconds=7.0)
    if suffix == ".eaf":
        path = write_eaf(tmp_path / "talk.eaf", {"tx": PHRASES, "empty": []}, "talk.wav")
    else:
        seconds = [(start / 1000, end / 1000, text) for start, end, text in PHRASES]
        path = write_textgrid(tmp_path / "talk.TextGrid", {"tx": seconds, "empty": []})
    prepared = prepare_corpus(CorpusConfig(name="folder", path=str(path)), tmp_path / "data")
    assert not list(prepared.set_aside)
    assert prepared.splits == ("train", "dev", "test")
    found = {}
    for split in prepared.splits:
        with gzip.open(prepared.directory / f"folder_supervisions_{split}.jsonl.gz", "rt") as lines:
            found |= {item["id"]: (item["start"], item["duration"], item["text"]) for item in map(json.loads, lines)}
    assert found == {f"talk@{start / 1000:.3f}": (start / 1000, 0.4, text) for start, _, text in PHRASES}


def test_several_tiers_with_text_are_listed_and_one_must_be_named(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav")
    path = write_eaf(tmp_path / "a.eaf", {"Words": [(0, 500, "wa"), (500, 900, "")], "Gloss": [(0, 900, "water")]})
    wanted = r"several tiers have text: 'Words' \(1\), 'Gloss' \(1\); say which is spoken, with tier=NAME"
    with pytest.raises(UsageError, match=wanted):
        listed(path)
    assert [one.text for one in listed(path, tier="Gloss")[0]] == ["water"]
    with pytest.raises(UsageError, match=r"no tier 'words' with text on it; did you mean 'Words'\? There are 'Words'"):
        listed(path, tier="words")


def test_an_annotation_that_is_still_empty_is_kept_to_be_set_aside_by_name(
    tmp_path: Path, touch: Touch, listed: Listed
) -> None:
    touch(tmp_path / "a.wav")
    path = write_eaf(tmp_path / "a.eaf", {"tx": [(0, 500, "wa"), (500, 900, " ")]})
    assert [(one.utterance_id, one.text) for one in listed(path)[0]] == [("a@0.000", "wa"), ("a@0.500", "")]


def test_a_pattern_takes_a_tier_for_each_speaker(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav", tmp_path / "b.wav")
    write_eaf(tmp_path / "a.eaf", {"tx@Ann": [(0, 500, "wa")], "tx@Ben": [(0, 400, "la")], "gl@Ann": [(0, 500, "x")]})
    write_textgrid(tmp_path / "b.TextGrid", {"tx-Cy": [(0, 0.5, "ma")], "tx-Dee": [(0, 1, "na")], "gl": [(0, 1, "x")]})
    by_eaf = listed(tmp_path / "a.eaf", tier="tx@*")[0]
    assert [(one.utterance_id, one.speaker) for one in by_eaf] == [
        ("a@0.000-tx@Ann", "Ann"),
        ("a@0.000-tx@Ben", "Ben"),
    ]
    by_textgrid = listed(tmp_path / "b.TextGrid", tier="tx-*")[0]
    assert [(one.utterance_id, one.speaker) for one in by_textgrid] == [
        ("b@0.000-tx-Cy", "tx-Cy"),
        ("b@0.000-tx-Dee", "tx-Dee"),
    ]


def test_a_name_with_brackets_is_a_name_before_it_is_a_pattern(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav")
    path = write_eaf(tmp_path / "a.eaf", {"tx[1]": [(0, 500, "wa")], "tx1": [(0, 500, "la")], "gl": [(0, 500, "x")]})
    assert [one.text for one in listed(path, tier="tx[1]")[0]] == ["wa"]
    assert [one.text for one in listed(path, tier="tx[12]")[0]] == ["la"]


def test_a_folder_goes_on_past_files_that_cannot_be_used(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "a.wav", tmp_path / "sub" / "b.wav", tmp_path / "lost.wav", tmp_path / "e.wav")
    write_eaf(tmp_path / "a.eaf", {"tx": [(0, 500, "wa")]})
    write_eaf(tmp_path / "sub" / "b.eaf", {"tx": [(0, 700, "la")]})
    write_eaf(tmp_path / "c.eaf", {"tx": [(0, 700, "la")]}, "c-original.wav")
    write_eaf(tmp_path / "e.eaf", {"other": []})
    (tmp_path / "d.eaf").write_text("<half")
    utterances, problems = listed(tmp_path)
    assert [one.utterance_id for one in utterances] == ["a@0.000", "sub/b@0.000"]
    assert [(one.utterance_id, one.kind) for one in problems] == [
        ("c", "missing_audio"),
        ("d", "missing_text"),
        ("e", "missing_text"),
    ]
    assert [problem.reason.split(";")[0] for problem in problems] == [
        "no recording c-original.wav beside it",
        problems[1].reason.split(";")[0],
        "no tier 'tx'",
    ]
    assert "not an ELAN file" in problems[1].reason


def test_a_file_named_alone_that_is_broken_or_empty_ends_with_its_reason(
    tmp_path: Path, touch: Touch, listed: Listed
) -> None:
    (tmp_path / "d.eaf").write_text("<half")
    with pytest.raises(CorpusError, match="not an ELAN file"):
        listed(tmp_path / "d.eaf")
    with pytest.raises(CorpusError, match="no tier with text on it; annotate it first"):
        listed(write_eaf(tmp_path / "e.eaf", {"tx": []}))


def test_an_annotation_before_the_recording_begins_is_moved_by_its_origin(
    tmp_path: Path, touch: Touch, listed: Listed
) -> None:
    touch(tmp_path / "a.wav")
    path = write_eaf(tmp_path / "a.eaf", {"tx": [(100, 500, "wa")]}, "a.wav", origin=1500)
    (found,), _ = listed(path)
    assert (found.start_seconds, found.duration_seconds) == (1.6, 0.4)


def test_folders_called_by_a_split_are_that_split(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    for split in ("train", "dev", "test"):
        touch(tmp_path / split / "a.wav")
        write_eaf(tmp_path / split / "a.eaf", {"tx": [(0, 500, "wa")]})
    assert [(one.utterance_id, one.split) for one in listed(tmp_path)[0]] == [
        ("dev/a@0.000", "dev"),
        ("test/a@0.000", "test"),
        ("train/a@0.000", "train"),
    ]


def test_recordings_with_a_transcript_beside_them_are_not_taken_for_a_folder_of_textgrids(
    tmp_path: Path, touch: Touch, listed: Listed
) -> None:
    touch(tmp_path / "a.wav")
    (tmp_path / "a.txt").write_text("said")
    write_textgrid(tmp_path / "a.TextGrid", {"tx": [(0, 0.5, "annotated")]})
    assert [one.text for one in listed(tmp_path)[0]] == ["said"]
    assert [one.text for one in listed(tmp_path, format="textgrid")[0]] == ["annotated"]
    assert [one.text for one in listed(tmp_path, tier="tx")[0]] == ["annotated"]


def test_a_recording_of_another_name_is_suggested_and_not_taken(tmp_path: Path, touch: Touch, listed: Listed) -> None:
    touch(tmp_path / "sub" / "tape_1.wav")
    write_eaf(tmp_path / "sub" / "talk.eaf", {"tx": [(0, 500, "wa")]}, "tape 1.wav")
    with pytest.raises(CorpusError, match=r"no recording tape 1\.wav beside it; did you mean 'tape_1\.wav'\?"):
        listed(tmp_path)
