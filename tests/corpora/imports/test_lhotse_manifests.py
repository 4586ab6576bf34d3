"""Manifests are written by lhotse, not by us."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from lhotse import AudioSource, CutSet, Recording, RecordingSet, SupervisionSegment, SupervisionSet

from speechrnn.corpora.examine import validate_corpus
from speechrnn.corpora.problem import Problem
from speechrnn.corpora.utterance import Utterance
from speechrnn.errors import CorpusError, UsageError
from speechrnn.recipe import CorpusConfig

Listed = Callable[..., tuple[list[Utterance], list[Problem]]]

RECORDINGS = RecordingSet.from_recordings(
    Recording(name, [AudioSource("file", [0], f"/d/{name}.wav")], 8000, 80000, 10.0) for name in ("r2", "r1")
)
SUPERVISIONS = SupervisionSet.from_segments(
    [
        SupervisionSegment("s1", "r1", 0.5, 1.25, text="one", speaker="ann", language="en"),
        SupervisionSegment("s2", "r2", 0.0, 10.0, text="two"),
        SupervisionSegment("s3", "r1", 2.0, 3.0),
        SupervisionSegment("s4", "lost", 2.0, 3.0, text="four"),
    ]
)
WANTED = [
    ("s1", "/d/r1.wav", "one", "ann", 0.5, 1.25, "en"),
    ("s2", "/d/r2.wav", "two", None, 0.0, 10.0, None),
]


def fields(utterances) -> list[tuple]:
    return [
        (u.utterance_id, str(u.path), u.text, u.speaker, u.start_seconds, u.duration_seconds, u.language)
        for u in utterances
    ]


@pytest.mark.parametrize("suffix", ["jsonl.gz", "jsonl"])
def test_recordings_and_supervisions_of_lhotse_are_joined(tmp_path: Path, listed: Listed, suffix: str) -> None:
    RECORDINGS.to_file(tmp_path / f"corpus_recordings_all.{suffix}")
    SUPERVISIONS.to_file(tmp_path / f"corpus_supervisions_all.{suffix}")
    utterances, problems = listed(tmp_path)
    assert fields(utterances) == WANTED
    assert [(p.utterance_id, p.kind) for p in problems] == [("s3", "missing_text"), ("s4", "missing_audio")]


def test_cuts_of_lhotse_count_from_where_they_begin(tmp_path: Path, listed: Listed) -> None:
    whole = CutSet.from_manifests(recordings=RECORDINGS, supervisions=SUPERVISIONS.filter(lambda s: s.text))
    cuts = CutSet.from_cuts(
        [*whole.filter(lambda cut: cut.recording_id == "r1").truncate(max_duration=5, offset_type="start")]
        + [cut.truncate(offset=0.25, duration=9.0) for cut in whole if cut.recording_id == "r1"]
    )
    cuts.to_file(tmp_path / "cuts_train.jsonl.gz")
    utterances, _ = listed(tmp_path)
    assert fields(utterances) == [WANTED[0], WANTED[0]]


def test_manifests_side_by_side_are_the_splits_of_their_names(tmp_path: Path, listed: Listed) -> None:
    for part in ("train-clean-5", "dev-clean-2"):
        RECORDINGS.to_file(tmp_path / f"librispeech_recordings_{part}.jsonl.gz")
        SUPERVISIONS.to_file(tmp_path / f"librispeech_supervisions_{part}.jsonl.gz")
    assert [(u.utterance_id, u.split) for u in listed(tmp_path)[0]] == [
        ("s1", "dev"),
        ("s2", "dev"),
        ("s1", "train"),
        ("s2", "train"),
    ]
    with pytest.raises(UsageError, match=r"no part 'dev'; .* librispeech_dev-clean-2, librispeech_train-clean-5"):
        listed(tmp_path, parts=("dev",))


@pytest.mark.parametrize(
    "recording",
    [
        RECORDINGS["r1"].perturb_speed(0.9),
        Recording("r1_sp0.9", [AudioSource("command", [0], "cat /d/r1.wav")], 8000, 80000, 10.0),
        Recording("r1_sp0.9", [AudioSource("file", [1, 2], "/d/r1.wav")], 8000, 80000, 10.0),
    ],
)
def test_sound_that_is_not_one_unchanged_file_is_set_aside(
    tmp_path: Path, listed: Listed, recording: Recording
) -> None:
    RecordingSet.from_recordings([recording, RECORDINGS["r2"]]).to_file(tmp_path / "recordings_x.jsonl.gz")
    segments = [SupervisionSegment("s1", "r1_sp0.9", 0.5, 1.0, text="one"), SUPERVISIONS["s2"]]
    SupervisionSet.from_segments(segments).to_file(tmp_path / "supervisions_x.jsonl.gz")
    utterances, problems = listed(tmp_path)
    assert [u.utterance_id for u in utterances] == ["s2"]
    assert [(p.utterance_id, p.kind) for p in problems] == [("s1", "unreadable_audio")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no gzip", r"recordings_x\.jsonl\.gz: cannot be read as JSON lines"),
        (gzip.compress(json.dumps({"id": 1}).encode())[:-9], r"recordings_x\.jsonl\.gz: cannot be read"),
    ],
)
def test_a_damaged_manifest_is_named(tmp_path: Path, listed: Listed, content: bytes, reason: str) -> None:
    SUPERVISIONS.to_file(tmp_path / "supervisions_x.jsonl.gz")
    (tmp_path / "recordings_x.jsonl.gz").write_bytes(content)
    with pytest.raises(CorpusError, match=reason):
        listed(tmp_path)


@pytest.mark.parametrize(
    ("sources", "channel", "wanted"),
    [
        ([([0], "a")], 0, ("/d/a.wav", None)),
        ([([0, 1], "a")], 1, ("/d/a.wav", 1)),
        ([([0, 1], "a")], [0, 1], ("/d/a.wav", None)),
        ([([0], "a"), ([1], "b")], 1, ("/d/b.wav", None)),
        ([([0, 1], "a"), ([2, 3], "b")], 3, ("/d/b.wav", 1)),
    ],
)
def test_the_channel_of_a_supervision_is_the_one_that_is_heard(
    tmp_path: Path, listed: Listed, sources: list[tuple[list[int], str]], channel: int, wanted: tuple[str, int | None]
) -> None:
    files = [AudioSource("file", channels, f"/d/{name}.wav") for channels, name in sources]
    RecordingSet.from_recordings([Recording("r", files, 8000, 80000, 10.0)]).to_file(tmp_path / "recordings_x.jsonl")
    segment = SupervisionSegment("s", "r", 0.0, 1.0, channel=channel, text="x")
    SupervisionSet.from_segments([segment]).to_file(tmp_path / "supervisions_x.jsonl")
    (found,), problems = listed(tmp_path)
    assert not problems
    assert (str(found.path), found.channel) == wanted


def test_times_that_are_no_numbers_lie_outside_the_audio(tmp_path: Path, write_wav: Callable[..., Path]) -> None:
    """JSON as Python writes it may hold NaN, which is neither before nor after anything."""
    write_wav(tmp_path / "in" / "a.wav", seconds=1.0)
    source = [{"type": "file", "channels": [0], "source": "a.wav"}]
    times = {"good": (0.0, 1.0), "start": (math.nan, 0.5), "duration": (0.0, math.nan), "endless": (0.0, math.inf)}
    for kind, records in {
        "recordings": [{"id": "r", "sources": source}],
        "supervisions": [
            {"id": name, "recording_id": "r", "start": start, "duration": duration, "text": "x"}
            for name, (start, duration) in times.items()
        ],
    }.items():
        (tmp_path / "in" / f"{kind}_x.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    found = list(validate_corpus(CorpusConfig(name="folder", path=str(tmp_path / "in")), tmp_path / "data"))
    assert [(one.utterance_id, one.kind) for one in found if isinstance(one, Problem)] == [
        (name, "outside_audio") for name in ("start", "duration", "endless")
    ]
    assert len(found) == 4


def test_a_line_that_is_not_lhotse_s_is_named_and_the_others_go_on(tmp_path: Path, listed: Listed) -> None:
    recordings, supervisions = tmp_path / "recordings_x.jsonl.gz", tmp_path / "supervisions_x.jsonl.gz"
    good = {"id": "r2", "sources": [{"type": "file", "channels": [0], "source": "/d/r2.wav"}]}
    with gzip.open(recordings, "wt") as file:
        file.writelines(
            json.dumps(one) + "\n" for one in ({"id": "r1"}, {"id": "r3", "sources": [{"type": "file"}]}, good)
        )
    said = [{"id": f"s{n}", "recording_id": f"r{n}", "start": 0.0, "duration": 1.0, "text": "one"} for n in (1, 2, 3)]
    lines = [json.dumps(one).encode() for one in said]
    with gzip.open(supervisions, "wb") as packed:
        packed.write(b"\n".join([lines[0], b"{", lines[1], b'{"id": "caf\xe9"}', lines[2]]))
    utterances, problems = listed(tmp_path)
    assert [one.utterance_id for one in utterances] == ["s2"]
    assert [(one.kind, one.where) for one in problems] == [
        ("bad_line", f"{recordings}:1"),
        ("missing_audio", f"{supervisions}:1"),
        ("bad_line", f"{supervisions}:2"),
        ("bad_line", f"{supervisions}:4"),
        ("bad_line", f"{supervisions}:5"),
    ]
    assert problems[-1].utterance_id == "s3"
    assert "not as lhotse writes it, KeyError 'source'" in problems[-1].reason


def test_cuts_that_are_not_lhotse_s_are_named_and_the_others_go_on(tmp_path: Path, listed: Listed) -> None:
    recording = {"id": "r", "sources": [{"type": "file", "channels": [0], "source": "/d/r.wav"}]}
    said = {"id": "s", "start": 0.0, "duration": 1.0, "text": "one"}
    cuts = [
        {"id": "a", "start": 0.0, "supervisions": [{"id": "x"}], "recording": recording},
        {"id": "b", "start": 0.0, "supervisions": [said], "recording": recording},
        {"id": "c", "start": 0.0},
    ]
    path = tmp_path / "cuts.jsonl"
    path.write_text("".join(json.dumps(cut) + "\n" for cut in cuts))
    (found,), problems = listed(tmp_path)
    assert (found.utterance_id, found.where) == ("s", f"{path}:2")
    assert [(one.utterance_id, one.kind, one.where) for one in problems] == [
        ("a", "bad_line", f"{path}:1"),
        ("cuts.jsonl:3", "bad_line", f"{path}:3"),
    ]
